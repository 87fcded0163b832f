import Testing

@testable import TaskQueue

@Suite("progress reader")
struct ProgressReaderTests {
    private static func reader(_ text: String) -> ProgressReader {
        var reader = ProgressReader()
        Array(text.utf8).withUnsafeBytes { reader.append($0) }
        return reader
    }

    @Test("has the latest of what was said, once")
    func latest() {
        var reader = Self.reader("{\"current\": 1}\n\n{\"current\": 2}\n[3")
        #expect(reader.take()?.text == #"{"current": 2}"#)
        #expect(reader.take() == nil && reader.answer == nil)
    }

    @Test("takes a line that is no JSON for a message, and leaves out one that is too long")
    func text() {
        var reader = Self.reader("half \"way\"\n")
        #expect(reader.take()?.text == #"{"message":"half \"way\""}"#)
        let long = "[" + String(repeating: " ", count: 64 << 10) + "]\n"
        var other = Self.reader("1\n\(long)")
        #expect(other.take()?.text == "1")
    }

    @Test("keeps the last answer apart from progress")
    func answer() {
        var reader = Self.reader(
            """
            {"tq": {"error": "E"}}
            {"current": 1}
            {"tq": {"requeue": true}}

            """
        )
        #expect(reader.answer == .putBack && reader.take()?.text == #"{"current": 1}"#)
    }

    @Test("takes what has no newline for a line when the command has ended")
    func end() {
        var reader = Self.reader(#"{"tq": {"requeue": true}}"#)
        #expect(reader.answer == nil)
        reader.finish()
        #expect(reader.answer == .putBack)
    }
}
