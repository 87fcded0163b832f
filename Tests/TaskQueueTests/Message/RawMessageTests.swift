import TaskQueue
import TestSupport
import Testing

@Suite("a message as a broker keeps it")
struct RawMessageTests {
    private let sample = OutgoingMessage.sample(body: Array(0...255), sending: "7").message

    @Test("is the same message in both forms, and can be had from one in the other")
    func forms() throws {
        let envelope = RawMessage.kombu(Envelope.encode(sample))
        let parts = RawMessage.parts(sample)
        #expect(envelope.inParts == parts)
        #expect(RawMessage.kombu(parts.envelope) == envelope)
        for message in [envelope, parts] {
            let read = try message.message()
            #expect(read.headers.bytes == sample.headers.bytes)
            #expect(read.properties.bytes == sample.properties.bytes)
            #expect(read.body == sample.body)
            #expect(message.namedSending == "7")
        }
    }

    @Test("is kept to the byte where it is no message, in whichever form it is asked for")
    func broken() {
        let bytes = Array(#"{"tq_sending": "7""#.utf8)
        let envelope = RawMessage.kombu(bytes)
        #expect(throws: MessageError.self) { try envelope.message() }
        #expect(envelope.envelope == bytes)
        #expect(envelope.inParts.original == bytes)
        #expect(envelope.namedSending == nil)
        let parts = RawMessage.parts(headers: bytes, properties: [], body: [1], contentType: "x")
        #expect(throws: MessageError.self) { try parts.message() }
        #expect(parts.envelope == [1])
        #expect(parts.namedSending == nil)
    }

    @Test(
        "says which sending it is, in whatever order a sender writes its parts",
        arguments: [
            #"{"body": "W10=", "headers": {"a_b": 1, "tq_sending": "7"}, "properties": {}}"#,
            #"{"body":"W10=","headers":{"tq_sending":"7"},"properties":{}}"#,
            #"{"headers":{"tq_sending":"7"},"properties":{},"body":"W10="}"#,
            #"{"properties":{},"body":"a\"b","headers":{"tq_sending":"7"}}"#,
            #"{"body":"\"tq_sending\"","headers":{"tq_sending":"7"},"properties":{}}"#,
            #" {"body" : "W10=" , "headers" : {"tq_sending" : "7"} , "properties" : {}}"#,
        ]
    )
    func order(_ text: String) {
        #expect(RawMessage.kombu(Array(text.utf8)).namedSending == "7")
        let without = text.replacing(#"{"tq_sending"#, with: #"{"tq-sending"#)
            .replacing(#", "tq_sending"#, with: #", "tq-sending"#)
        #expect(RawMessage.kombu(Array(without.utf8)).namedSending == nil)
    }
}
