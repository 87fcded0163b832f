import TaskQueue
import TestSupport
import Testing

@Suite("the key that a task holds")
struct UniqueHoldTests {
    @Test(
        "stands in the message's headers",
        arguments: [UniqueHold("a \"key\""), UniqueHold("é", for: .milliseconds(1_500))]
    )
    func headers(_ hold: UniqueHold) throws {
        let message = OutgoingMessage.sample(unique: hold)
        #expect(UniqueHold(headers: message.message.headers) == hold)
        let envelope = RawMessage.kombu(Envelope.encode(message.message))
        let found = try #require(envelope.unique)
        #expect(found.id == message.id && found.hold == hold)
    }

    @Test("is none where only the arguments speak of it, or nobody can read it")
    func none() {
        let message = OutgoingMessage.sample(body: Array(#"[["tq_unique"],{},{}]"#.utf8)).message
        #expect(RawMessage.kombu(Envelope.encode(message)).unique == nil)
        #expect(RawMessage.kombu(Array(#"{"tq_unique": broken"#.utf8)).unique == nil)
    }

    @Test(
        "may have been written by anybody",
        arguments: [
            #"{"tq_unique": 1}"#, #"{"tq_unique": null}"#, #"{"tq_unique_for": 5}"#, "{}",
        ]
    )
    func unknown(_ headers: String) throws {
        #expect(UniqueHold(headers: try JSONText(headers.utf8)) == nil)
    }

    @Test("is held as if no time were named if that is none", arguments: ["-1", "1e99", "\"x\""])
    func badLifetime(_ lifetime: String) throws {
        let headers = #"{"tq_unique": "k", "tq_unique_for": \#(lifetime)}"#
        #expect(UniqueHold(headers: try JSONText(headers.utf8)) == UniqueHold("k"))
    }
}
