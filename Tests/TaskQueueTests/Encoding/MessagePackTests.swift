import Testing

@testable import TaskQueue

@Suite("MessagePack")
struct MessagePackTests {
    @Test(
        "every format of the specification",
        arguments: [
            ([0xC0], "null"), ([0xC2], "false"), ([0xC3], "true"), ([0x00], "0"), ([0x7F], "127"),
            ([0xE0], "-32"), ([0xFF], "-1"), ([0xCC, 0xFF], "255"), ([0xCD, 0x01, 0x00], "256"),
            ([0xCE, 0xFF, 0xFF, 0xFF, 0xFF], "4294967295"),
            ([0xCF] + [UInt8](repeating: 0xFF, count: 8), "18446744073709551615"),
            ([0xD0, 0x80], "-128"), ([0xD1, 0x80, 0], "-32768"), ([0xD1, 0x7F, 0xFF], "32767"),
            ([0xD2, 0x80, 0, 0, 0], "-2147483648"),
            ([0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0], "-9223372036854775808"),
            ([0xCA, 0x3F, 0xC0, 0, 0], "1.5"), ([0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0], "1.5"),
            ([0xCB, 0x40, 0, 0, 0, 0, 0, 0, 0], "2.0"), ([0xCA, 0x7F, 0x80, 0, 0], "Infinity"),
            ([0xCA, 0xFF, 0x80, 0, 0], "-Infinity"), ([0xCA, 0x7F, 0xC0, 0, 0], "NaN"),
            ([0xCB, 0x3F, 0xB9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9A], "0.1"),
            ([0xA0], "\"\""), ([0xA1, 0x61], "\"a\""), ([0xA2, 0xC3, 0xA9], "\"é\""),
            ([0xA2, 0x22, 0x0A], #""\"\n""#), ([0xD9, 1, 0x61], "\"a\""),
            ([0xDA, 0, 1, 0x61], "\"a\""),
            ([0xDB, 0, 0, 0, 1, 0x61], "\"a\""),
            ([0xC4, 1, 0x61], #"{"__type__":"bytes","__value__":"a"}"#),
            ([0xC5, 0, 1, 0xFF], #"{"__type__":"base64","__value__":"/w=="}"#),
            ([0xC6, 0, 0, 0, 0], #"{"__type__":"bytes","__value__":""}"#),
            ([0x90], "[]"), ([0x92, 1, 0x91, 2], "[1,[2]]"), ([0xDC, 0, 1, 0xC0], "[null]"),
            ([0xDD, 0, 0, 0, 1, 0xC0], "[null]"), ([0x80], "{}"),
            ([0x82, 0xA1, 0x61, 1, 0xA1, 0x62, 0x80], #"{"a":1,"b":{}}"#),
            ([0xDE, 0, 1, 0xD9, 1, 0x61, 1], #"{"a":1}"#),
            ([0xDF, 0, 0, 0, 1, 0xA0, 1], #"{"":1}"#),
        ] as [([UInt8], String)]
    )
    func formats(bytes: [UInt8], text: String) throws {
        let json = try MessagePack.json(bytes, limit: 1 << 20)
        #expect(json.text == text)
        #expect(try JSONText(json.bytes, acceptsNonFinite: true) == json)
        for count in bytes.indices {
            #expect(throws: MessageError.self) {
                try MessagePack.json(Array(bytes[..<count]), limit: 1 << 20)
            }
        }
    }

    @Test(
        "what is damaged, claims to be huge, or has no JSON",
        arguments: [
            ([0xC1], "the body is not MessagePack without extension types"),
            ([0xD4, 1, 0], "the body is not MessagePack without extension types"),
            ([0xC7, 0, 1], "the body is not MessagePack without extension types"),
            ([0xD6, 0xFF, 0, 0, 0, 0], "the body is not MessagePack without extension types"),
            ([0xC0, 0xC0], "the body is not one MessagePack value"),
            ([0xDD, 0xFF, 0xFF, 0xFF, 0xFF, 0xC0], "the body is not complete MessagePack"),
            ([0xDF, 0xFF, 0xFF, 0xFF, 0xFF, 0xA0, 0xC0], "the body is not complete MessagePack"),
            ([0xDB, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], "the body is not complete MessagePack"),
            ([0xC6, 0xFF, 0xFF, 0xFF, 0xFF, 0x61], "the body is not complete MessagePack"),
            ([0x81, 0xDB, 0xFF, 0xFF, 0xFF, 0xFF], "the body is not complete MessagePack"),
            ([0x81, 1, 1], "a key of the body is not a string"),
            ([0x81, 0xC4, 1, 0x61, 1], "a key of the body is not a string"),
            ([0xA1, 0xFF], "a string of the body is not UTF-8"),
            ([0x81, 0xA1, 0xFF, 1], "a key of the body is not UTF-8"),
            ([0xA3, 0xED, 0xA0, 0x80], "a string of the body is not UTF-8"),
        ] as [([UInt8], String)]
    )
    func refused(bytes: [UInt8], reason: String) {
        let error = #expect(throws: MessageError.self) {
            try MessagePack.json(bytes, limit: 1 << 20)
        }
        #expect(error?.description == reason)
    }

    @Test("nesting is followed to 511 levels, and no further")
    func depth() throws {
        let deep = [UInt8](repeating: 0x91, count: 511) + [0xC0]
        #expect(try MessagePack.json(deep, limit: 1 << 20).bytes.count == 511 * 2 + 4)
        for type: UInt8 in [0x91, 0x81] {
            let deeper = [UInt8](repeating: type, count: 1_000_000)
            #expect(throws: MessageError.self) { try MessagePack.json(deeper, limit: 1 << 20) }
        }
        let objects = [[UInt8]](repeating: [0x81, 0xA0], count: 511).flatMap(\.self) + [0xC0]
        #expect(try MessagePack.json(objects, limit: 1 << 20).kind == .object)
    }
}
