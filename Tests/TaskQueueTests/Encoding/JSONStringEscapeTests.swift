import Testing

@testable import TaskQueue

@Suite("Text written as a JSON string")
struct JSONStringEscapeTests {
    @Test("is escaped wherever the byte stands that needs it, and only there")
    func positions() throws {
        for length in 1...20 {
            for position in 0..<length {
                for byte in UInt8(0)...0x7F {
                    var text = [UInt8](repeating: UInt8(ascii: "!"), count: length)
                    text[position] = byte
                    let json = JSONText(string: String(decoding: text, as: UTF8.self))
                    let isPlain = byte >= 0x20 && byte != 0x22 && byte != 0x5C
                    #expect((json.bytes.count == length + 2) == isPlain)
                    #expect(try JSONText(json.bytes).string.map { Array($0.utf8) } == text)
                }
            }
        }
    }
}
