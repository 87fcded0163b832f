import TestSupport
import Testing

@testable import TaskQueue

@Suite("What follows a task")
struct CelerySequenceTests {
    /// Fixtures of whole workflows, as clients and workers of Celery sent them.
    static let workflows = [
        "flow-chain3", "flow-chain-ending-group", "flow-chain-group-task", "flow-chain-failure",
        "flow-chord3", "flow-chord-chain-body", "flow-chord-chain-header", "flow-chord-error",
        "flow-chord-group-body", "flow-chord-nested", "flow-link", "flow-link-two",
        "flow-link-group", "flow-errback", "flow-errback-unregistered",
    ]

    @Test("is what Celery's workers have sent", arguments: workflows)
    func messages(name: String) throws {
        let fixture = try Fixture(name)
        let (played, captured) = try Self.play(fixture)
        let expected = captured.filter { $0.parentID != nil }
        // Of the errbacks Celery's workers call those themselves that take three arguments.
        let sent = played.sent.filter { !$0.task.text.hasSuffix("errback_new") }
        #expect(sent.map(\.task) == expected.map(\.task))
        let isErrback = { (task: TaskMessage) in task.task.text.contains("errback") }
        let promised = Set(captured.map(\.id)).intersection(sent.map(\.id))
        for (task, other) in zip(sent, expected) {
            #expect(task.parentID == other.parentID)
            #expect(isErrback(task) || task.rootID == other.rootID)
            #expect(Self.text(task.args) == Self.text(other.args))
            #expect(Self.text(task.kwargs) == Self.text(other.kwargs))
            #expect(Self.steps(of: task) == Self.steps(of: other))
            #expect(task.groupID != nil || other.groupID == nil)
            if !isErrback(task) { #expect(task.groupIndex == other.groupIndex) }
            if promised.contains(other.id) { #expect(task.id == other.id) }
        }
    }

    @Test(
        "leaves each id that was promised with the state that Celery has stored",
        arguments: workflows
    )
    func results(name: String) throws {
        let fixture = try Fixture(name)
        let (played, _) = try Self.play(fixture)
        let keys = try #require(fixture.content[key: "keys_after"]?.members)
        let prefix = "celery-task-meta-"
        var found = 0
        for (key, value) in keys where key.hasPrefix(prefix) {
            let id = TaskID(String(key.dropFirst(prefix.count)))
            let text = try #require(value[key: "value"]?.string)
            let record = try #require(StoredResult(json: Array(text.utf8), id: id))
            // Ids that a worker has made differ.
            guard let mine = played.results[id] else { continue }
            found += 1
            #expect(mine.state == record.state)
            #expect(Self.text(mine.value) == Self.text(record.result))
        }
        #expect(found > 0)
    }

    private static func play(
        _ fixture: Fixture
    ) throws -> (PlayedWorkflow, captured: [TaskMessage]) {
        let captured = try fixture.messages.map {
            try TaskMessage(Envelope.decode($0.raw), body: BodyReader())
        }
        var sizes: [String: Int] = [:]
        for command in fixture.content[key: "commands"]?.elements ?? [] {
            let words = (command[key: "cmd"]?.elements ?? []).compactMap(\.string)
            guard words.count > 2, words[0] == "SET", words[1].hasSuffix(".s") else { continue }
            let group = words[1].dropFirst("celery-taskset-meta-".count).dropLast(2)
            sizes[String(group)] = Int(words[2])
        }
        // What no other task has sent: an errback of a chord's body has that as its parent, which was never sent.
        var played = PlayedWorkflow(captured.filter { $0.parentID == nil }, sizes: sizes)
        try played.play()
        return (played, captured)
    }

    private static func text(_ json: JSONText) -> String { JSONDump.dump(json) }

    /// What is to follow: names and promised ids.
    private static func steps(of task: TaskMessage) -> [String] {
        guard let steps = task.steps else { return [] }
        let all = steps.callbacks + steps.errbacks + steps.chain + (steps.chord.map { [$0] } ?? [])
        return all.compactMap(Signature.init).map { "\($0.task) \($0.id?.text ?? "")" }
    }
}
