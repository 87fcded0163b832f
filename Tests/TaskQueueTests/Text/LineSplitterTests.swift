import Testing

@testable import TaskQueue

@Suite("line splitter")
struct LineSplitterTests {
    /// The lines of a text that comes in pieces of a length; `!` stands for one that is too long.
    private static func lines(_ text: String, limit: Int, piece: Int) -> [String] {
        var splitter = LineSplitter(limit: limit)
        var lines: [LineSplitter.Line] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes {
                lines += splitter.append($0)
            }
        }
        if let last = splitter.finish() { lines.append(last) }
        return lines.map { line in
            guard case .text(let bytes) = line else { return "!" }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(
        "cuts at newlines however the bytes arrive, and the last line may have none",
        arguments: [
            ("", []), ("\n", [""]), ("a\n", ["a"]), ("a", ["a"]), ("a\nb", ["a", "b"]),
            ("a\n\n\nb\n", ["a", "", "", "b"]), ("éé\r\n☃\n", ["éé\r", "☃"]),
            ("1234567\n", ["1234567"]), ("12345678\nx\n", ["!", "x"]), ("12345678", ["!"]),
            ("12345678901234567890\n12345678\n\n1234567", ["!", "!", "", "1234567"]),
        ] as [(String, [String])],
        [1, 2, 3, 7, 1_000]
    )
    func lines(_ input: (text: String, lines: [String]), _ piece: Int) {
        #expect(Self.lines(input.text, limit: 7, piece: piece) == input.lines)
    }

    @Test("says nothing of an end at which no line is open")
    func finish() {
        var splitter = LineSplitter(limit: 3)
        #expect(splitter.finish() == nil)
        _ = Array("long line\n".utf8).withUnsafeBytes { splitter.append($0) }
        #expect(splitter.finish() == nil)
    }
}
