import TaskQueue
import TestSupport
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test(
        "the vectors of RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ]
    )
    func vectors(data: String, text: String) {
        #expect(encode(Array(data.utf8)) == text)
        #expect(Base64.decode(text.utf8) == Array(data.utf8))
    }

    @Test("passes over line breaks")
    func lineBreaks() {
        #expect(Base64.decode("Zm9v\r\nYmFy\n".utf8) == Array("foobar".utf8))
        #expect(Base64.decode("Zg\n==\n".utf8) == Array("f".utf8))
    }

    @Test(
        "refuses what is none",
        arguments: [
            "Z", "Zg", "Zg=", "Zm8", "Zg===", "Zg====", "Z===", "=", "==", "====", "Zg==Zg==",
            "Zm=v",
            "Zm9v=", "Zm 9v", "Zm9-", "Zm9_", "Zm9.", "é", "Zm9v\u{0}", "Zm9vY", "Zm9vYg",
        ]
    )
    func refuses(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test("agrees with Python on bytes of every length up to 300")
    func agreement() async throws {
        var random = SeededRandom(seed: 64)
        let samples = (1...300).map { count in
            (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
        let program = """
            import base64, sys
            for line in sys.stdin:
                data = base64.b64decode(line, validate=False)
                print(data.hex(), base64.b64encode(data).decode())
            """
        let outcome = try await run(
            "python3",
            arguments: ["-c", program],
            input: Array(samples.map { encode($0) + "\n" }.joined().utf8)
        )
        let lines = try outcome.succeeded().lines
        #expect(lines == samples.map { "\(Hexadecimal.text($0)) \(encode($0))" })
        for sample in samples { #expect(Base64.decode(encode(sample).utf8) == sample) }
    }

    private func encode(_ data: [UInt8]) -> String {
        var text: [UInt8] = []
        Base64.append(data, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
