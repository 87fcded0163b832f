import TaskQueue
import TestSupport
import Testing

@Suite("Message by which a task is tried again")
struct NextMessageTests {
    /// The message that follows one, and what was read of that.
    private func retry(
        of message: Message
    ) throws -> (task: TaskMessage, next: OutgoingMessage, eta: Timestamp) {
        let task = try TaskMessage(message, body: BodyReader())
        let eta = Timestamp.now() + .seconds(300)
        return (task, task.retry(message, queue: .celery, eta: eta), eta)
    }

    /// A message that a worker wrote by `self.retry()`: Redis holds it as long as that worker waits.
    private func message() throws -> Message {
        let envelopes = try Fixture("redis-retry-message").envelopes
        return try Envelope.decode(try #require(envelopes.first))
    }

    /// The keys whose values differ between two objects, or that only one of them has.
    private func differences(_ one: JSONText?, _ other: JSONText?) -> Set<String> {
        let keys = Set([one, other].flatMap { ($0?.members ?? []).map(\.key) })
        return keys.filter { key in
            one?[key: key].map(JSONDump.dump) != other?[key: key].map(JSONDump.dump)
        }
    }

    @Test("differs from Celery's own only in who sent it, when, and our count of losses")
    func asCelery() throws {
        let messages = try Fixture("redis-autoretry").messages
        try #require(messages.count == 3)
        for (original, theirs) in zip(messages, messages.dropFirst()) {
            let (_, ours, eta) = try retry(of: Envelope.decode(original.raw))
            let headers = ours.message.headers
            #expect(
                differences(headers, theirs.headers) == ["eta", "tq_losses"],
                "\(headers.text)"
            )
            #expect(headers[key: "eta"]?.string == eta.iso8601)
            #expect(headers[key: "tq_losses"]?.integer == 0)
            // Celery keeps who sent it first as a property of its own.
            let properties = differences(ours.message.properties, theirs.properties)
            #expect(properties.subtracting(["origin"]) == ["delivery_tag"])
            #expect(ours.message.contentType == "application/json")
            #expect(
                String(decoding: ours.message.body, as: UTF8.self)
                    == theirs.decoded[key: "body_text"]?.string
            )
        }
    }

    @Test("is base64 in Redis, also where the sender's body stood as it is")
    func encoding() throws {
        var message = try message()
        let text = try JSONText(#""utf-8""#.utf8)
        message.properties = message.properties.setting([("body_encoding", text)])
        let (_, next, _) = try retry(of: message)
        let read = try Envelope.decode(Envelope.encode(next.message))
        #expect(read.body == message.body)
    }

    @Test("keeps all that a message says otherwise, its body to the byte")
    func keeps() throws {
        let message = try message()
        let (task, next, eta) = try retry(of: message)
        #expect(
            differences(next.message.headers, message.headers) == ["retries", "eta", "tq_losses"]
        )
        #expect(next.message.headers[key: "retries"]?.integer == 2)
        #expect(next.message.headers[key: "parent_id"]?.string == task.id.text)
        #expect(next.message.headers[key: "x-h"]?.string == "v")
        #expect(differences(next.message.properties, message.properties) == ["delivery_tag"])
        #expect(next.message.body == message.body)
        #expect(next.id == task.id && next.task == task.task && next.queue == .celery)
        #expect(next.priority == 4 && next.eta == eta && next.expectsResult)
        let again = try TaskMessage(next.message, body: BodyReader())
        #expect(again.expires == task.expires && again.timeLimits == task.timeLimits)
    }

    @Test("of a task that another has sent names that one still, so that the tree is whole")
    func parent() throws {
        var message = try message()
        let parent = JSONText(string: "outer-1")
        message.headers = message.headers.setting([("parent_id", parent)])
        #expect(try retry(of: message).next.message.headers[key: "parent_id"] == parent)
        message.headers = message.headers.setting([("parent_id", .null)])
        let (task, next, _) = try retry(of: message)
        #expect(next.message.headers[key: "parent_id"]?.string == task.id.text)
    }

    @Test("has a delivery tag of its own each time")
    func tags() throws {
        let message = try message()
        let tags = try (1...3).compactMap { _ in
            try retry(of: message).next.message.properties[key: "delivery_tag"]?.string
        }
        let first = try #require(message.properties[key: "delivery_tag"]?.string)
        #expect(Set(tags + [first]).count == 4)
    }

    @Test("of a compressed task is compressed still", arguments: ["zlib", "gzip", "bzip2"])
    func compressed(_ name: String) throws {
        let captured = try Fixture.message("redis-compression-\(name)")
        let message = try Envelope.decode(captured.raw)
        var plain = message
        plain.headers = plain.headers.setting([("compression", .null)])
        plain.body = Array("[[],{},null]".utf8)
        // What is in the body does not matter here.
        let task = try TaskMessage(plain, body: BodyReader())
        let next = task.retry(message, queue: .celery, eta: .now())
        #expect(next.message.body == message.body)
        #expect(next.message.headers[key: "compression"] == message.headers[key: "compression"])
    }

    @Test("of a task of protocol 1 is of protocol 2, and the same task")
    func protocol1() throws {
        let message = try Envelope.decode(Fixture.message("options-protocol1").raw)
        let (task, next, eta) = try retry(of: message)
        let again = try TaskMessage(next.message, body: BodyReader())
        #expect(again.id == task.id && again.task == task.task && again.rootID == task.rootID)
        #expect(again.args == task.args && again.kwargs == task.kwargs)
        #expect(again.embed == task.embed && again.retries == 1 && again.eta == eta)
        #expect(again.parentID == task.id)
        #expect(next.message.properties[key: "correlation_id"]?.string == task.id.text)
        #expect(
            next.message.properties[key: "reply_to"] == message.properties[key: "reply_to"]
        )
    }
}
