import TaskQueue
import Testing

@Suite("JSON values")
struct JSONTextTests {
    @Test(
        "numbers keep their digits, and are read as near as possible",
        arguments: [
            ("0", 0, 0), ("-0", 0, -0.0), ("7", 7, 7), ("-1", -1, -1), ("0.1", nil, 0.1),
            ("1e400", nil, .infinity), ("-1e400", nil, -.infinity), ("1e-400", nil, 0),
            ("18446744073709551616", nil, 18_446_744_073_709_551_616),
            ("9223372036854775807", .max, 9_223_372_036_854_775_808),
            ("-9223372036854775808", .min, -9_223_372_036_854_775_808),
            ("9223372036854775808", nil, 9_223_372_036_854_775_808), ("1.0", nil, 1),
            ("1e2", nil, 100),
        ] as [(String, Int?, Double)]
    )
    func numbers(text: String, integer: Int?, double: Double) throws {
        let value = try JSONText(text.utf8)
        #expect(value.text == text)
        #expect(value.integer == integer)
        #expect(value.double == double)
        #expect(value.kind == .number)
        #expect(value.string == nil && value.boolean == nil && value.elements == nil)
    }

    @Test("Python's words for floats are numbers")
    func nonFinite() throws {
        #expect(try JSONText("-Infinity".utf8, acceptsNonFinite: true).double == -.infinity)
        #expect(try JSONText("NaN".utf8, acceptsNonFinite: true).double?.isNaN == true)
        #expect(try JSONText("Infinity".utf8, acceptsNonFinite: true).integer == nil)
    }

    @Test("a number of a million digits is no integer, and takes no time")
    func manyDigits() throws {
        let value = try JSONText([UInt8](repeating: UInt8(ascii: "9"), count: 1_000_000))
        #expect(value.integer == nil)
        #expect(value.double == .infinity)
    }

    @Test(
        "strings",
        arguments: [
            (#""""#, ""), (#""a\u0000b""#, "a\u{0}b"), (#""\u00e9\u2603""#, "é☃"),
            (#""\ud83d\ude00\uD83D\uDE00""#, "😀😀"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""é😀""#, "é😀"), (#""\uffff\ue000""#, "\u{FFFF}\u{E000}"),
        ]
    )
    func strings(text: String, string: String) throws {
        let value = try JSONText(text.utf8)
        #expect(value.string == string)
        #expect(JSONText(string: string).string == string)
    }

    @Test(
        "half a surrogate pair is kept as it is, and is no string",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, #""\udc00\ud800""#,
            #""\ud83d\n""#, #""\ud83d\u0041""#, #""a\udbff""#,
        ]
    )
    func halfPairs(text: String) throws {
        let value = try JSONText(text.utf8)
        #expect(value.text == text)
        #expect(value.string == nil)
        #expect(throws: JSONError.self) {
            try JSONString.decode(value.bytes.dropFirst().dropLast())
        }
        #expect(try JSONText("{\(text):1,\"a\":2}".utf8).members?.map(\.key) == ["a"])
    }

    @Test("of duplicate keys the last one counts, however it is written")
    func duplicates() throws {
        let value = try JSONText(#"{"a":1,"b":2,"\u0061":3,"é":4}"#.utf8)
        #expect(value[key: "a"]?.integer == 3)
        #expect(value[key: "\u{E9}"]?.integer == 4)
        #expect(value[key: "e\u{301}"] == nil)
        #expect(value[key: ""] == nil)
        #expect(value.members?.map(\.key) == ["a", "b", "a", "é"])
        let fields = try JSONFields(value.bytes)
        #expect(fields["a"]?.integer == 3)
        #expect(fields["b"]?.integer == 2)
        #expect(fields["c"] == nil)
    }

    @Test("fields know null from absent, and give strings only of strings")
    func fields() throws {
        let fields = try JSONFields(
            Array(#" { "a" : null , "b" : "x\n" , "c" : 1, "d":"\ud800" } "#.utf8)
        )
        #expect(fields["a"] == .null)
        #expect(fields["d"]?.text == #""\ud800""#)
        #expect(fields.string("b") == "x\n")
        #expect(fields.string("a") == nil && fields.string("c") == nil && fields.string("d") == nil)
        for text in ["[]", "1", "{} 1", "{", ""] {
            #expect(throws: JSONError.self) { try JSONFields(Array(text.utf8)) }
        }
    }

    @Test("an array of so many elements")
    func count() throws {
        let value = try JSONText("[1, \"a\", null]".utf8)
        #expect(value.elements(count: 3)?.map(\.text) == ["1", "\"a\"", "null"])
        #expect(value.elements(count: 2) == nil && value.elements(count: 4) == nil)
        #expect(JSONText.emptyArray.elements(count: 0) == [])
        #expect(JSONText.emptyObject.elements(count: 0) == nil)
    }
}
