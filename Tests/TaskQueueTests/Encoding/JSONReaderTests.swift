import TaskQueue
import Testing

@Suite("Reading JSON")
struct JSONReaderTests {
    @Test("takes what is JSON, and keeps it to the byte", arguments: JSONCorpus.good)
    func takes(text: String) throws {
        let value = try JSONText(text.utf8)
        let bare = text.utf8.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        #expect(value.bytes.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == bare)
        #expect(try JSONText(" \t\r\n".utf8 + Array(text.utf8) + "\n ".utf8) == value)
        #expect(try JSONText("[\(text)]".utf8).elements == [value])
        #expect(try JSONText("{\"k\":\(text)}".utf8)[key: "k"] == value)
    }

    @Test("refuses what is not", arguments: JSONCorpus.bad)
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSONText(text.utf8) }
        #expect(throws: JSONError.self) { try JSONText("[\(text),".utf8, acceptsNonFinite: true) }
        #expect(throws: JSONError.self) { try JSONText("{\"k\":\(text),".utf8) }
    }

    @Test(
        "takes Python's words for floats only where they are asked for",
        arguments: JSONCorpus.nonFinite
    )
    func nonFinite(text: String) throws {
        #expect(throws: JSONError.self) { try JSONText(text.utf8) }
        #expect(try JSONText(text.utf8, acceptsNonFinite: true).text == text)
    }

    @Test("refuses bytes that are not UTF-8, wherever they stand", arguments: JSONCorpus.notUTF8)
    func notUTF8(bytes: [UInt8]) {
        for before in 0...9 {
            for after in 0...9 {
                let text = String(repeating: "a", count: before).utf8
                let rest = String(repeating: "b", count: after).utf8
                #expect(throws: JSONError("the text is not UTF-8", at: before + 1)) {
                    try JSONText(Array("\"".utf8) + text + bytes + rest + "\"".utf8)
                }
            }
        }
        #expect(throws: JSONError.self) { try JSONText(bytes) }
    }

    @Test("stops at a string's end, escape or fault at any distance from its beginning")
    func strings() throws {
        for count in 0...40 {
            let plain = String(repeating: "x", count: count)
            for character in [
                "\\\"", "\\u00e9", "é", "☃", "😀", "\u{7F}", " ", "!", "#", "[", "]", "\\\\",
            ] {
                #expect(try JSONText("\"\(plain)\(character)\(plain)\"".utf8).kind == .string)
            }
            #expect(throws: JSONError.self) { try JSONText("\"\(plain)\u{1}\(plain)\"".utf8) }
            #expect(throws: JSONError("a string does not end", at: 0)) {
                try JSONText("\"\(plain)".utf8)
            }
        }
    }

    @Test(
        "says what is wrong, and at which byte",
        arguments: [
            ("{\"a\":1,}", "expected a key in quotation marks (at byte 8)"),
            ("{\"a\" 1}", "expected \":\" (at byte 6)"),
            ("[1 2]", "expected \",\" or \"]\" (at byte 4)"),
            ("[1", "the text ends too early (at byte 3)"),
            ("", "the text ends too early (at byte 1)"),
            ("1 1", "something follows the value (at byte 3)"),
            ("[01]", "a number begins with a zero too many (at byte 2)"),
            ("[1.]", "a number ends in its point (at byte 4)"),
            ("[1e]", "a number has no exponent (at byte 4)"),
            ("\"\\x\"", "a string holds an unknown escape (at byte 2)"),
            ("\"\\u12\"", "an escape \\u lacks its four digits (at byte 2)"),
            ("\"\t\"", "a string holds a control character that is not escaped (at byte 2)"),
            ("[nil]", "expected a JSON value (at byte 3)"),
        ]
    )
    func reasons(text: String, reason: String) {
        let error = #expect(throws: JSONError.self) { try JSONText(text.utf8) }
        #expect(error?.description == reason)
    }
}
