import TestSupport
import Testing

@testable import TaskQueue

@Suite("A signature")
struct SignatureTests {
    @Test("of Celery's is read and written again to the byte, whatever else it holds")
    func bytes() throws {
        let fixture = try Fixture("signatures")
        let all = (fixture.content.members ?? []).map(\.value).filter { $0[key: "task"] != nil }
        for value in all {
            let signature = try #require(Signature(value))
            #expect(signature.json == value)
            #expect(Canvas().problem(of: value) == nil)
        }
        let odd = try JSONText(#"{"x": 1.50, "task": "t", "options": {"y": "\u00e9"}}"#.utf8)
        let changed = try #require(Signature(odd)).setting([("queue", JSONText(string: "q"))])
        #expect(changed.json.text.contains(#""x": 1.50"#))
        #expect(changed.options.text.contains(#""y": "\u00e9""#))
    }

    @Test("that is repeated in many messages is refused if they would fill the memory")
    func expansion() throws {
        let member = #"{"task":"t"}"#
        let members = Array(repeating: member, count: 3000).joined(separator: ",")
        let body = #"{"task":"t","args":["\#(String(repeating: "x", count: 100_000))"]}"#
        let chord = #"{"task":"celery.chord","kwargs":{"header":[\#(members)],"body":\#(body)}}"#
        let problem = Canvas().problem(of: try JSONText(chord.utf8))
        #expect(problem?.contains("its 3000 tasks would each carry a body") == true)
        let calls = Array(repeating: "[1]", count: 3000).joined(separator: ",")
        let chunks = #"{"task":"celery.chunks","kwargs":{"task":\#(body),"it":[\#(calls)],"n":1}}"#
        #expect(Canvas().problem(of: try JSONText(chunks.utf8)) != nil)
    }

    @Test(
        "that is a workflow and does not say what it consists of is refused",
        arguments: [
            #"{"task":"celery.chain"}"#, #"{"task":"celery.chain","kwargs":{"tasks":[7]}}"#,
            #"{"task":"celery.group","kwargs":{"tasks":{}}}"#,
            #"{"task":"celery.chord","kwargs":{"header":[]}}"#,
            #"{"task":"celery.chord","kwargs":{"header":7,"body":{"task":"t"}}}"#,
            #"{"task":"celery.chunks","kwargs":{"task":{"task":"t"},"it":[[1]],"n":0}}"#,
            #"{"task":"celery.chain","kwargs":{"tasks":[{"task":"celery.group"}]}}"#,
            #"{"task":"t","options":{"link":[7]}}"#, #"{"task":"t","args":{}}"#, "7", "{}",
        ]
    )
    func broken(_ text: String) throws {
        #expect(Canvas().problem(of: try JSONText(text.utf8)) != nil)
    }

    @Test("that is nested as deep as JSON may be is taken apart")
    func depth() throws {
        var chain = #"{"task":"t"}"#
        for _ in 0..<100 { chain = #"{"task":"celery.chain","kwargs":{"tasks":[\#(chain)]}}"# }
        let signature = try #require(Signature(try JSONText(chain.utf8)))
        var messages = SendingMessages(TaskDefaults())
        let sent = messages.workflow(signature, from: TaskOrigin(parent: nil, root: nil))
        #expect(sent.sequel.messages.count == 1)
        let deep =
            String(repeating: "[", count: 100_000) + chain + String(repeating: "]", count: 100_000)
        #expect(Canvas().problem(of: try JSONText(deep.utf8))?.contains("nested") == true)
    }

    @Test("that cannot be run is not looked into when its task is refused, revoked or too late")
    func refusedTasks() throws {
        var message = try Delivery.sample("1").message()
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        let chain =
            String(repeating: #"{"task":"celery.chain","kwargs":{"tasks":["#, count: 50_000)
            + String(repeating: "]}}", count: 50_000)
        for step in [#"{"task":"t","options":{"x":\#(deep)}}"#, chain] {
            message.body = Array(#"[[],{},{"chain":[\#(step)],"errbacks":[\#(step)]}]"#.utf8)
            let task = try TaskMessage(message, body: BodyReader())
            #expect(Canvas().problem(of: task) != nil)
            #expect(Canvas().sequel(ofFailure: .null, .revoked, of: task, at: .now()) == nil)
        }
        message.body = Array(
            #"[[],{},{"errbacks":[{"task":"celery.chain"},{"task":"told"}]}]"#.utf8
        )
        let task = try TaskMessage(message, body: BodyReader())
        let sequel = Canvas().sequel(ofFailure: .null, of: task, at: .now())
        #expect(sequel?.messages.map(\.task.text) == ["told"])
    }
}
