import Testing

@testable import TaskCommands
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

    private static func reader(_ bytes: [UInt8], limit: Int = 1 << 20) -> ProgressReader {
        var reader = ProgressReader(limit: limit)
        bytes.withUnsafeBytes { reader.append($0) }
        return reader
    }

    @Test("leaves out what is no text, and says so once")
    func notUTF8() {
        var reader = Self.reader([0x31, 0x0A, 0x22, 0xFF, 0x22, 0x0A, 0xFE, 0x0A])
        #expect(reader.take()?.text == "1")
        #expect(
            reader.takeComplaint()
                == "a line on descriptor 3 is not UTF-8, byte 2: lines like this are ignored"
        )
        ([0xFF, 0x0A] as [UInt8]).withUnsafeBytes { reader.append($0) }
        #expect(reader.take() == nil && reader.takeComplaint() == nil && reader.answer == nil)
    }

    @Test("takes an answer longer than progress, and fails for one that cannot be taken")
    func largeAnswer() {
        let text = String(repeating: "x", count: 100_000)
        let answer = Array(#"{"tq": {"result": "\#(text)"}}"#.utf8) + [0x0A]
        #expect(Self.reader(answer).answer == .success(JSONText(string: text)))
        let long = Self.reader(answer, limit: 1)
        let failure = TaskFailure.command("answered with more than result_max_bytes (65536)")
        #expect(long.answer == .failure(failure, traceback: nil))
        let endless = Self.reader(Array(answer.dropLast()), limit: 1)
        #expect(
            endless.losesAnswer
                && !Self.reader([UInt8](repeating: 0x31, count: 70_000), limit: 1).losesAnswer
        )
        let bytes = Array(#"{"tq": {"result": ""#.utf8) + [0xFF] + Array("\"}}\n".utf8)
        guard case .failure(let reason, _) = Self.reader(bytes).answer else {
            Issue.record("an answer that is no text has to fail")
            return
        }
        #expect("\(reason)".contains("answered with data that is not UTF-8, byte 20 of the line"))
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
