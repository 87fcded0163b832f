import TestSupport
import Testing

@testable import TaskQueue

@Suite("A workflow in the place of a task")
struct WorkflowReplacementTests {
    private static let chain =
        #"{"task":"celery.chain","kwargs":{"tasks":[{"task":"a","args":[1]},{"task":"b","args":[2]}]}}"#

    /// A task of a chord's header with a callback, an errback and a next step.
    private static let embed = """
        {"callbacks":[{"task":"callback"}],"errbacks":[{"task":"errback"}],
        "chain":[{"task":"next","options":{"task_id":"n"}}],
        "chord":{"task":"body","options":{"task_id":"o"}}}
        """

    private func replaced(by text: String) throws -> Sequel {
        var message = try Delivery.sample("1").message()
        message.body = Array("[[],{},\(Self.embed)]".utf8)
        message.headers = message.headers.setting([
            ("group", JSONText(string: "g")), ("group_index", .number(3)),
        ])
        let task = try TaskMessage(message, body: BodyReader())
        let replacement = try Replacement(JSONText(text.utf8))
        #expect(replacement.problem(replacing: task.id) == nil)
        return Canvas().sequel(replacing: task, by: replacement.signature, at: .now())
    }

    @Test("has the id of the task for its last one, which has what was to follow")
    func chain() throws {
        let sequel = try replaced(by: Self.chain)
        #expect(sequel.messages.map(\.task.text) == ["a"] && sequel.reports.isEmpty)
        let first = try TaskMessage(sequel.messages[0].message, body: BodyReader())
        #expect(first.headers[key: "replaced_task_nesting"]?.integer == 1)
        #expect(first.parentID == TaskID("1") && first.groupID == nil)
        let steps = try #require(first.steps)
        #expect(steps.errbacks.compactMap(Signature.init).map(\.task.text) == ["errback"])
        #expect(steps.callbacks.isEmpty && steps.chord == nil)
        let rest = steps.chain.compactMap(Signature.init)
        #expect(rest.map(\.task.text) == ["next", "b"])
        let last = rest[1]
        #expect(last.id == TaskID("1"))
        #expect(last.list("link")?.map(\.task.text) == ["callback"])
        #expect(last.list("link_error")?.map(\.task.text) == ["errback"])
        #expect(last.options[key: "group_id"]?.string == "g")
        #expect(last.options[key: "group_index"]?.integer == 3)
        #expect(last.options[key: "chord"]?[key: "task"]?.string == "body")
    }

    @Test("may be a chord, whose body has the id")
    func chord() throws {
        let sequel = try replaced(
            by:
                #"{"task":"celery.chord","kwargs":{"header":[{"task":"a"},{"task":"a"}],"body":{"task":"b"}}}"#
        )
        #expect(sequel.messages.map(\.task.text) == ["a", "a"])
        #expect(sequel.starts.map(\.size) == [2])
        let first = try TaskMessage(sequel.messages[0].message, body: BodyReader())
        let body = try #require(first.steps?.chord.flatMap(Signature.init))
        #expect(body.id == TaskID("1") && body.options[key: "chord"] != nil)
        #expect(body.list("chain")?.map(\.task.text) == ["next"])
    }

    @Test("gives its tasks other ids than what follows the task that ends it, whose id is the same")
    func ids() throws {
        let sequel = try replaced(
            by:
                #"{"task":"celery.chord","kwargs":{"header":[{"task":"a"},{"task":"a"}],"body":{"task":"b"}}}"#
        )
        var message = try Delivery.sample("1").message()
        message.body = Array(#"[[7],{},{"callbacks":[{"task":"c"},{"task":"d"}]}]"#.utf8)
        let last = try TaskMessage(message, body: BodyReader())
        #expect(last.id == TaskID("1"))
        let after = try #require(Canvas().sequel(ofSuccess: .null, of: last, at: .now()))
        #expect(after.messages.count == 2)
        #expect(Set(sequel.messages.map(\.id)).isDisjoint(with: after.messages.map(\.id)))
        // And by the same step they are the same.
        let again = try #require(Canvas().sequel(ofSuccess: .null, of: last, at: .now()))
        #expect(again.messages.map(\.id) == after.messages.map(\.id))
    }

    @Test("that names another id for its last task is refused")
    func otherID() throws {
        let text =
            #"{"task":"celery.chain","kwargs":{"tasks":[{"task":"a"},{"task":"b","options":{"task_id":"x"}}]}}"#
        let replacement = try Replacement(JSONText(text.utf8))
        #expect(replacement.problem(replacing: TaskID("1")) != nil)
        #expect(replacement.problem(replacing: TaskID("x")) == nil)
    }
}
