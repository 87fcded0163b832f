import Testing

@testable import CommandLineOptions

@Suite("the arguments of a process")
struct ProcessArgumentsTests {
    @Test("are copied without the program's name")
    func copies() throws {
        let read = try Self.read([Array("tq".utf8), Array("é".utf8), [], Array(":2".utf8)])
        #expect(read == ["é", "", ":2"])
    }

    @Test("are none where even the name is missing")
    func none() throws {
        #expect(try Self.read([]).isEmpty)
    }

    @Test(
        "that are not UTF-8 are named by their position",
        arguments: [[0xFF], [0xC3], [0x61, 0x80], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] as [[UInt8]]
    )
    func invalid(bytes: [UInt8]) {
        let error = #expect(throws: UsageError.self) {
            try Self.read([[0x74], [0x61], bytes])
        }
        #expect(error == .notUTF8(position: 2))
        #expect(
            error?.description
                == "argument 2 is not UTF-8: pass such data in a file, or as base64"
        )
    }

    /// Lays `arguments` out as C's `argv` and reads them.
    private static func read(_ arguments: [[UInt8]]) throws(UsageError) -> [String] {
        let texts = arguments.map { bytes in
            let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
            for (index, byte) in bytes.enumerated() {
                text[index] = CChar(bitPattern: byte)
            }
            text[bytes.count] = 0
            return text
        }
        let vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
            .allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() {
            vector[index] = text
        }
        vector[texts.count] = nil
        defer {
            for text in texts { text.deallocate() }
            vector.deallocate()
        }
        return try ProcessArguments.read(Int32(arguments.count), vector)
    }
}
