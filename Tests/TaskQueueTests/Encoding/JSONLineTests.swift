import TaskQueue
import TestSupport
import Testing

@Suite("JSON on a line")
struct JSONLineTests {
    @Test(
        "has no white space between its parts, and nothing else less or changed",
        arguments: [
            ("{\n \"a\" : [ 1 ,\r\n\t2.50 , 1e+400, -0.0 ] }", #"{"a":[1,2.50,1e+400,-0.0]}"#),
            ("[\n]", "[]"), ("{ \"a b\\n\" :\n\" \\\" \\\\\" }", #"{"a b\n":" \" \\"}"#),
            ("[ 123456789012345678901234567890 , NaN ]", "[123456789012345678901234567890,NaN]"),
            ("\"\\\\\"", #""\\""#), ("null", "null"), ("[ \"\u{1F600} é\" ]", "[\"\u{1F600} é\"]"),
            ("[\"£ — … “ ” ⁠\"]", "[\"£ — … “ ” ⁠\"]"),
        ]
    )
    func compact(text: String, line: String) throws {
        let json = try JSONText(text.utf8, acceptsNonFinite: true)
        #expect(json.compact.text == line)
        #expect(JSONDump.dump(json.compact) == JSONDump.dump(json))
    }

    /// What Python's `splitlines()`, Node's `readline`, a terminal or a log's reader may act upon.
    private static let acted: [Unicode.Scalar] = {
        let single: [UInt32] = [0x7F, 0x80, 0x85, 0x9B, 0x9F, 0x061C, 0x200E, 0x200F]
        return (single + (0x2028...0x202E) + (0x2066...0x2069)).compactMap(Unicode.Scalar.init)
    }()

    @Test(
        "has escapes for what ends lines or drives terminals, wherever it stands",
        arguments: acted
    )
    func escapes(scalar: Unicode.Scalar) throws {
        for count in 0...17 {
            let text = String(repeating: "x", count: count) + String(scalar) + "\u{2027}y\u{A0}"
            let json = JSONText(string: text)
            let line = JSONLine.terminated(json.bytes)
            #expect(
                line.last == 0x0A && line.count == json.bytes.count + 7 - String(scalar).utf8.count
            )
            let read = try JSONText(line)
            #expect(read.string == text)
            #expect(!read.text.unicodeScalars.contains(scalar))
            #expect(json.compact == read)
        }
    }

    @Test("stays as it is where nothing can end it, blanks too")
    func plain() {
        let json = Array(#"{"a": [1, 2], "b": "é☃\n"}"#.utf8)
        #expect(JSONLine.terminated(json) == json + [0x0A])
    }

    @Test("is one for every place of a newline in it", arguments: ["\n", "\r", "\r\n", "\t"])
    func everyPlace(end: String) throws {
        let parts = ["{", "\"key\"", ":", "[", "1", ",", "\"text\"", "]", "}"]
        for place in 0...parts.count {
            let text = parts[..<place].joined() + end + parts[place...].joined()
            let line = String(decoding: JSONLine.terminated(Array(text.utf8)), as: UTF8.self)
            #expect(line == #"{"key":[1,"text"]}"# + "\n")
        }
    }
}
