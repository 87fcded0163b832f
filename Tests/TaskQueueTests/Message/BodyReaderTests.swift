import TaskQueue
import TestSupport
import Testing

@Suite("Bodies")
struct BodyReaderTests {
    @Test(
        "in pickle and YAML are refused, with the reason",
        arguments: [
            (
                "pickle",
                "refused a body of type \"application/x-python-serialize\": "
                    + "unpickling can run any code; send JSON (task_serializer)"
            ),
            (
                "yaml",
                "refused a body of type \"application/x-yaml\": "
                    + "YAML can name types to build; send JSON (task_serializer)"
            ),
        ]
    )
    func refused(serializer: String, reason: String) throws {
        let message = try Envelope.decode(Fixture.message("redis-serializer-\(serializer)").raw)
        let error = #expect(throws: MessageError.self) {
            try TaskMessage(message, body: BodyReader())
        }
        #expect(error?.description == reason)
        #expect(TaskMessage.id(of: message) != nil)
    }

    @Test("in MessagePack say what the same in JSON says")
    func messagePack() throws {
        let packed = try task("redis-serializer-msgpack", BodyReader())
        let plain = try task("redis-serializer-json", BodyReader())
        for part in [\TaskMessage.args, \.kwargs, \.embed] {
            #expect(JSONDump.dump(packed[keyPath: part]) == JSONDump.dump(plain[keyPath: part]))
        }
    }

    @Test(
        "that are compressed are read with the program's help",
        arguments: ["zlib", "gzip", "bzip2", "bzip", "lzma", "xz"]
    )
    func compressed(name: String) async throws {
        let fixture = try Fixture.message("redis-compression-\(name)")
        let message = try Envelope.decode(fixture.raw)
        let payload = try await decompress(message.body)
        let reader = BodyReader { bytes, compression, limit in
            let expected: Compression =
                switch name.first {
                case "z", "g": .zlib
                case "b": .bzip2
                default: .xz
                }
            return bytes == message.body && compression == expected && limit == 64 << 20
                ? .bytes(payload) : .damaged
        }
        let task = try task("redis-compression-\(name)", reader)
        #expect(task.args.text == "[2, 3]")
    }

    @Test("that are compressed are refused if that cannot be undone")
    func damaged() throws {
        var error = #expect(throws: MessageError.self) {
            try task("redis-compression-xz", BodyReader())
        }
        #expect(
            error?.description == #"the body is compressed in an unknown way: "application/x-lzma""#
        )
        error = #expect(throws: MessageError.self) {
            try task("redis-compression-xz", BodyReader { _, _, _ in .damaged })
        }
        #expect(error?.description == "the body cannot be decompressed as application/x-lzma")
    }

    @Test("that are too large are refused, compressed or not, and as MessagePack that grows")
    func large() throws {
        let reason = "the body has more than 1000 bytes: message_max_bytes is the setting"
        let long = Array("[[\"\(String(repeating: "x", count: 1000))\"],{},null]".utf8)
        // Nils take a byte each, and five as JSON.
        let packed: [UInt8] = [0x93, 0xDC, 0x03, 0x20] + .init(repeating: 0xC0, count: 800)
        let bodies = [(long, "application/json"), (packed, "application/x-msgpack")]
        for (body, type) in bodies {
            let message = Message(
                headers: try .written(#"{"id": "1", "task": "t"}"#),
                properties: .emptyObject,
                body: body,
                contentType: type
            )
            let error = #expect(throws: MessageError.self) {
                try TaskMessage(message, body: BodyReader(limit: 1000))
            }
            #expect(error?.description == reason)
        }
        let bomb = #expect(throws: MessageError.self) {
            try task(
                "redis-compression-xz",
                BodyReader(decompress: { _, _, _ in .tooLarge }, limit: 1000)
            )
        }
        #expect(bomb?.description == reason)
    }

    @Test("of foreign types are named in one line, and not at any length")
    func foreignTypes() {
        let type =
            "x\n2026-11-29T00:00:00+00:00 INFO \u{2028}\u{202E}"
            + String(repeating: "y", count: 200)
        let text = MessageError.refusedContentType(type).description
        #expect(text.hasPrefix(#"refused a body of type "x\n2026"#) && text.utf8.count < 300)
        #expect(text.contains(#"\u2028\u202e"#) && text.unicodeScalars.allSatisfy { $0 >= " " })
    }

    @Test("are read in base64 however JSON spells it, and as text")
    func encodings() throws {
        let payload = #"[["\u003f?>"], {}, null]"#
        for (body, encoding) in [
            (#"W1siXHUwMDNmPz4iXSwge30sIG51bGxd"#, #""base64""#),
            (#"W1siXHUwMDNmPz4iXSwge30sIG51bG\u0078d"#, #""base64""#),
            (#"[[\"\\u003f?>\"], {}, null]"#, #""utf-8""#),
            (#"[[\"\\u003f?>\"], {}, null]"#, "null"),
        ] {
            let envelope =
                #"{"body":"\#(body)","headers":{},"properties":{"body_encoding":\#(encoding)}}"#
            #expect(try Envelope.decode(Array(envelope.utf8)).body == Array(payload.utf8))
        }
        let slashes = #"{"body":"\/\/8=","headers":{},"properties":{"body_encoding":"base64"}}"#
        #expect(try Envelope.decode(Array(slashes.utf8)).body == [0xFF, 0xFF])
    }

    private func task(_ fixture: String, _ reader: BodyReader) throws -> TaskMessage {
        try TaskMessage(Envelope.decode(Fixture.message(fixture).raw), body: reader)
    }

    private func decompress(_ bytes: [UInt8]) async throws -> [UInt8] {
        let program = """
            import bz2, lzma, sys, zlib
            data = sys.stdin.buffer.read()
            module = zlib if data[:1] == b"x" else bz2 if data[:2] == b"BZ" else lzma
            sys.stdout.buffer.write(module.decompress(data))
            """
        return try await run("python3", arguments: ["-c", program], input: bytes).succeeded()
            .outputBytes
    }
}
