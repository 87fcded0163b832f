import TestSupport
import Testing

@testable import TaskQueue

@Suite("Messages that we write")
struct MessageEncoderTests {
    /// What differs from one message to the next, or names the sender.
    private static let ownValues: Set = [
        "lang", "origin", "reply_to", "delivery_tag", "expiration",
    ]

    @Test(
        "say what Celery's say, in the same fields and types",
        arguments: [
            "redis-task-plain", "redis-task-noargs", "redis-task-kwargs", "redis-task-countdown",
            "redis-task-eta", "redis-task-expires-seconds", "redis-task-expires-datetime",
            "redis-task-expires-past", "redis-task-priority", "redis-task-options",
            "redis-task-long-repr",
        ]
    )
    func agrees(name: String) throws {
        for captured in try Fixture(name).messages {
            let celery = try Envelope.decode(captured.raw)
            let task = try TaskMessage(celery, body: BodyReader())
            let written = Envelope.encode(encoder.encode(outgoing(task), deliveryTag: "a-tag"))
            let ours = try Envelope.decode(written)
            compare(ours.headers, celery.headers)
            // Celery writes any priority, and treats it as the nearest from 0 to 9.
            let priority = celery.properties[key: "priority"]?.integer ?? 0
            if priority == task.priority { compare(ours.properties, celery.properties) }
            #expect(ours.contentType == celery.contentType)
            let again = try TaskMessage(ours, body: BodyReader())
            #expect([again.args, again.kwargs] == [task.args, task.kwargs])
            #expect(JSONDump.dump(again.embed) == JSONDump.dump(task.embed))
            let fields = try JSONText(written)
            let theirs = try JSONText(captured.raw)
            #expect(fields.members?.map(\.key) == theirs.members?.map(\.key))
            #expect(fields[key: "content-encoding"] == theirs[key: "content-encoding"])
        }
    }

    private let encoder = MessageEncoder()

    private func outgoing(_ task: TaskMessage) -> OutgoingTask {
        var outgoing = OutgoingTask(
            id: task.id,
            task: task.task,
            args: task.args,
            kwargs: task.kwargs
        )
        outgoing.eta = task.eta
        outgoing.expires = task.expires
        outgoing.options.priority = task.priority
        outgoing.options.shared.timeLimits = task.timeLimits
        outgoing.options.ignoresResult = task.ignoresResult
        return outgoing
    }

    private func compare(_ ours: JSONText, _ celery: JSONText) {
        // Given by the caller in `redis-task-options`.
        let given: Set = ["x-custom", "nested"]
        let hidden = celery[key: "argsrepr"]?.string == "<hidden>"
        let celeryKeys = (celery.members ?? []).map(\.key).filter { key in
            !given.contains(key) && !(hidden && ours[key: key] == nil)
        }
        #expect(ours.members?.map(\.key).sorted() == celeryKeys.sorted())
        for (key, value) in ours.members ?? [] {
            guard let theirs = celery[key: key] else { continue }
            if hidden, ["shadow", "argsrepr", "kwargsrepr"].contains(key) { continue }
            // Null where a task was sent by name to an app that does not know it.
            if key == "ignore_result", theirs == .null { continue }
            #expect(value.kind == theirs.kind, "\(key)")
            if Self.ownValues.contains(key) { continue }
            if key == "argsrepr", theirs.string?.hasPrefix("[") == true { continue }
            #expect(JSONDump.dump(value) == JSONDump.dump(theirs), "\(key)")
        }
    }

    @Test("name where their sender listens for results: the same in all of them")
    func replyAddress() throws {
        let address = ReplyAddress()
        let encoder = MessageEncoder(replyTo: address)
        for _ in 0..<2 {
            let task = OutgoingTask(id: .next(), task: try #require(TaskName("t")))
            let message = encoder.encode(task, deliveryTag: "t")
            #expect(message.properties[key: "reply_to"]?.string == address.queue)
        }
        var messages = SendingMessages(TaskDefaults(), replyTo: address)
        let draft = TaskDraft(try #require(TaskName("t")))
        let sent = messages.message(draft).message
        #expect(sent.properties[key: "reply_to"]?.string == address.queue)
        #expect(ReplyAddress() != address)
    }

    @Test("carry what a workflow and tq's own options add")
    func more() throws {
        let id = TaskID("é\"\n")
        var task = OutgoingTask(id: id, task: try #require(TaskName("t.x")), queue: .celery)
        task.rootID = TaskID("root")
        task.options.shared.parentID = TaskID("parent")
        task.options.shared.maxRetries = 3
        task.options.shared.timeLimits = TimeLimits(hard: 2.5)
        let message = encoder.encode(task, deliveryTag: "a-tag")
        let read = try TaskMessage(Envelope.decode(Envelope.encode(message)), body: BodyReader())
        #expect(read.id == id)
        #expect(read.rootID.text == "root" && read.parentID?.text == "parent")
        #expect(read.timeLimits == TimeLimits(hard: 2.5))
        #expect(read.headers[key: "max_retries"]?.integer == 3)
        #expect(read.headers[key: "timelimit"]?.text == "[2.5,null]")
        #expect(read.properties[key: "correlation_id"]?.string == id.text)
        #expect(read.properties[key: "delivery_tag"]?.string == "a-tag")
    }

    @Test("expire in the milliseconds that are left")
    func expiration() throws {
        var task = OutgoingTask(id: TaskID("i"), task: try #require(TaskName("t.x")))
        task.expires = .now() + .seconds(60)
        let left = encoder.encode(task, deliveryTag: "t").properties[key: "expiration"]?.string
        #expect((50_000...60_000).contains(left.flatMap { Int($0) } ?? 0))
        task.expires = .earliest
        let past = encoder.encode(task, deliveryTag: "t").properties[key: "expiration"]?.string
        #expect(past == "0")
    }

    @Test("name the sender as Celery's clients do")
    func origin() {
        #expect(MessageEncoder.clientName().hasPrefix("gen"))
        #expect(MessageEncoder.clientName().contains("@"))
    }
}
