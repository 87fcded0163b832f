import TaskQueue
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("puts commas where they belong")
    func structure() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.value(1)
        writer.value(true)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.endArray()
        writer.key("b\"" as String)
        writer.value("x" as String?)
        writer.key("c")
        writer.value(nil as Double?)
        writer.key("d")
        writer.base64([0xFF] as [UInt8])
        writer.endObject()
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text == #"{"a":[1,true,null,{}],"b\"":"x","c":null,"d":"/w=="}"#)
    }

    @Test(
        "numbers",
        arguments: [
            (0.0, "0"), (10, "10"), (-3, "-3"), (2.5, "2.5"), (0.1, "0.1"), (1e16, "1e+16"),
            (1e300, "1e+300"), (1e-300, "1e-300"), (999_999_999_999_999, "999999999999999"),
        ]
    )
    func numbers(value: Double, text: String) throws {
        var writer = JSONWriter()
        writer.value(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
        #expect(try JSONText(writer.bytes).double == value)
    }

    @Test("every character comes back as it was, and only what must be is escaped")
    func characters() throws {
        for scalar in (0...0x2FF).compactMap(Unicode.Scalar.init(_:)) + ["\u{FFFF}", "\u{10FFFF}"] {
            let text = "abcdefg\(Character(scalar))h"
            let value = JSONText(string: text)
            #expect(try JSONText(value.bytes).string == text)
            let isEscaped = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            #expect(value.bytes.contains(UInt8(ascii: "\\")) == isEscaped)
        }
        #expect(JSONText(string: "\u{0}\u{1F}\t\r\n").text == #""\u0000\u001f\t\r\n""#)
    }
}
