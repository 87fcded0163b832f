import TaskQueue
import Testing

@Suite("JSON beyond measure", .timeLimit(.minutes(60)))
struct LargeJSONTests {
    @Test("nesting 10,000 deep is read")
    func deep() throws {
        let arrays =
            [UInt8](repeating: 0x5B, count: 10_000) + [UInt8](repeating: 0x5D, count: 10_000)
        #expect(try JSONText(arrays).elements?.count == 1)
        let objects =
            String(repeating: "{\"a\":[", count: 5_000) + String(repeating: "]}", count: 5_000)
        #expect(try JSONText(objects.utf8)[key: "a"]?.kind == .array)
    }

    @Test("50 MB of opening brackets are refused")
    func brackets() {
        let text = [UInt8](repeating: UInt8(ascii: "["), count: 50_000_000)
        #expect(throws: JSONError("the text ends too early", at: text.count)) { try JSONText(text) }
    }

    @Test("a string of 100 MB is read")
    func longString() throws {
        var text = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000_000)
        text[0] = UInt8(ascii: "\"")
        text[text.count - 1] = UInt8(ascii: "\"")
        #expect(try JSONText(text).bytes.count == text.count)
        text.removeLast()
        #expect(throws: JSONError("a string does not end", at: 0)) { try JSONText(text) }
    }

    @Test("a million elements are counted without being built")
    func manyElements() throws {
        let value = try JSONText(
            Array("[0".utf8) + (1..<1_000_000).flatMap { _ in ",0".utf8 } + "]".utf8
        )
        #expect(value.elements(count: 3) == nil)
    }
}
