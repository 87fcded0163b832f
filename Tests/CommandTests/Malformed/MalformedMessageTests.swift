import TaskQueue
import TestSupport
import Testing

@Suite(
    "a worker that finds a malformed message in its queue",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct MalformedMessageTests {
    /// Has a worker meet the messages.
    ///
    /// Those with a reason are to be found among the dead letters as they were, the others run, and
    /// the worker goes on.
    private func check(_ messages: [RawMessage]) async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            try await place.withWorker("-c 2 --task good --task capapp.add -- echo ok") { worker in
                for message in messages {
                    try await redis.cli("LPUSH", "celery", input: message.bytes)
                }
                let good = try await place.run("tq-send", "--wait", "--timeout", "30", "good")
                #expect(good.status == .exited(0) && good.output == "ok\n")
                // Two run at once: the last of them may still be on its way.
                try await eventually { try await redis.cli("HLEN", "unacked") == "0" }
                #expect(worker.status == nil)
            }
            try Self.compare(try await place.deadLetters(), messages)
        }
    }

    private static func compare(_ letters: [FoundLetter], _ messages: [RawMessage]) throws {
        for message in messages {
            let letter = letters.first { $0.message == message.bytes }
            #expect((letter != nil) == (message.reason != nil), "\(message.name)")
            guard let letter, let reason = message.reason else { continue }
            #expect(letter.reason.contains(reason), "\(message.name)")
        }
        #expect(letters.count == messages.filter { $0.reason != nil }.count)
    }

    @Test("sets aside what Celery's worker drops or dies of, and runs what it can run")
    func captured() async throws {
        let reasons = [
            "body not JSON": "the body is not JSON", "body is a pair": "the body is not an array",
            "body is an object": "the body is not an array",
            "kwargs is a list": "not an object", "args is a string": "not an array",
            "content type not accepted": "unpickling can run any code",
            "content type unknown": #"refused a body of type "application/x-nothing""#,
            "compression unknown": #"compressed in an unknown way: "application/x-nothing""#,
            "no id header": "the message has no id", "no task header": "the message has no task",
            "headers null": "", "no properties": "no properties",
            "task unknown": "no command is configured for the task no.such.task",
            "eta unreadable": "eta", "expires unreadable": "expires", "no headers key": "",
            "element is not JSON": "is not JSON", "element is a JSON string": "expected an object",
        ]
        try await check(try RawMessage.malformed(reasons))
    }

    @Test("sets aside every message that is cut short")
    func cutShort() async throws {
        try await check(try RawMessage.cutShort())
    }

    @Test("sets aside what has other types than it should")
    func wrongTypes() async throws {
        let headers = { (fields: String) in #"{"task": "capapp.add", "id": "an-id", \#(fields)}"# }
        try await check([
            RawMessage("null", "null".utf8), RawMessage("number", "5".utf8),
            RawMessage("array", "[]".utf8), RawMessage("empty object", "{}".utf8),
            RawMessage("empty", "".utf8), RawMessage("NUL", [0]), RawMessage("blank", " ".utf8),
            RawMessage("not UTF-8", [0x22, 0xFF, 0xFE, 0x22]),
            RawMessage("two", "{}{}".utf8),
            RawMessage("deep", [UInt8](repeating: 0x5B, count: 9_999)),
            RawMessage("body is a number", #"{"body": 5, "headers": {}, "properties": {}}"#.utf8),
            RawMessage("headers are an array", headers: "[]", reason: ""),
            RawMessage("task is a number", headers: #"{"task": 5, "id": "x"}"#, reason: "task"),
            RawMessage("task is empty", headers: #"{"task": "", "id": "x"}"#, reason: "task"),
            RawMessage("id is an object", headers: #"{"task": "t", "id": {}}"#, reason: "id"),
            RawMessage("eta is an object", headers: headers(#""eta": {}"#), reason: "eta"),
            RawMessage("eta is a word", headers: headers(#""eta": "soon""#), reason: "eta"),
            RawMessage(
                "expires is a list",
                headers: headers(#""expires": [1]"#),
                reason: "expires"
            ),
            RawMessage("args are an object", body: "[{}, {}, {}]", reason: "not an array"),
            RawMessage("kwargs are null", body: "[[], null, {}]", reason: "not an object"),
            RawMessage("body is four", body: "[[], {}, {}, {}]", reason: "not an array"),
            RawMessage("body is a string", body: "\"[]\"", reason: "not an array"),
            RawMessage("body is empty", body: "", reason: "the body is not JSON"),
        ])
    }

    @Test("sets aside what is not base64, and serializers and compressions it does not read")
    func encodings() async throws {
        let compressed = { (name: String) in
            #"{"task": "capapp.add", "id": "x", "compression": "\#(name)"}"#
        }
        let base64 = RawMessage("good", reason: nil)
        let text = String(decoding: base64.bytes, as: UTF8.self)
        try await check([
            base64,
            RawMessage("letters", text.replacing("W1s", with: "W1!").utf8, reason: "not base64"),
            RawMessage("length", text.replacing("W1s", with: "W1").utf8, reason: "not base64"),
            try .captured("redis-serializer-pickle.json", reason: "unpickling can run any code"),
            try .captured("redis-serializer-yaml.json", reason: "YAML can name types to build"),
            try .captured("redis-serializer-msgpack.json", reason: nil),
            RawMessage("msgpack", type: "application/x-msgpack", reason: ""),
            RawMessage("zlib", headers: compressed("application/x-gzip"), reason: "decompressed"),
            RawMessage("bzip2", headers: compressed("application/x-bz2"), reason: "decompressed"),
            RawMessage("lzma", headers: compressed("application/x-lzma"), reason: "decompressed"),
            RawMessage(
                "brotli",
                headers: compressed("application/x-brotli"),
                reason: "unknown way"
            ),
        ])
    }

    @Test("sets aside what grows beyond message_max_bytes, and says so of a result that does")
    func bombs() async throws {
        let program = """
            import base64, bz2, json, lzma, zlib
            body = b'[["' + b"x" * 30_000_000 + b'"], {}, null]'
            for name, module in ("x-gzip", zlib), ("x-bz2", bz2), ("x-lzma", lzma):
                headers = {"id": name, "task": "t", "compression": "application/" + name}
                print(json.dumps({
                    "body": base64.b64encode(module.compress(body)).decode(), "headers": headers,
                    "content-type": "application/json", "properties": {"body_encoding": "base64"}}))
            record = b'{"status": "SUCCESS", "result": "' + b"x" * 30_000_000 + b'"}'
            mark = b"\\0celery-compressed\\0application/x-gzip\\0"
            open("record", "wb").write(mark + zlib.compress(record))
            """
        let script = """
            python3 bombs.py >bombs
            while read -r line
            do printf %s "$line" | redis-cli -u "$TQ_BROKER_URL" -x LPUSH celery
            done <bombs
            redis-cli -u "$TQ_BROKER_URL" -x SET celery-task-meta-r <record
            tq-work --burst -q -c 1
            tq-result r
            """
        let settings = "message_max_bytes = \"1M\"\n"
        try await Workplace.with(.redis, settings: settings, tasks: ["t": "true"]) { place in
            try place.write(program, to: "bombs.py")
            let outcome = try await place.shell(script)
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("its stored result is compressed, and larger than"))
            let letters = try await place.deadLetters()
            let reason = "the body has more than 1048576 bytes: message_max_bytes is the setting"
            #expect(letters.map(\.reason) == [reason, reason, reason])
            #expect(try await place.result("x-lzma").errors.contains(reason))
        }
    }

    @Test("sets aside 50 MB of brackets, as a message and as a body", .requiresReleaseBuild)
    func brackets() async throws {
        try await Workplace.with(.redis) { place in
            let script = """
                head -c 51000000 /dev/zero | tr '\\0' '[' >brackets
                push() { redis-cli -u $TQ_BROKER_URL -x LPUSH celery; }
                push <brackets
                { printf '{"body": "'; base64 -w 0 brackets; printf '", "content-type": '
                  printf '"application/json", "headers": {"task": "t", "id": "x"}, "properties": '
                  printf '{"body_encoding": "base64"}}'; } | push
                tq-send --id good good
                tq-work --burst -- true
                tq-result good
                """
            let outcome = try await place.shell(script, environment: Release.environment)
            #expect(try outcome.succeeded().lines.last == "null")
            #expect(outcome.errors.contains("the message is not JSON"))
            #expect(outcome.errors.contains("the body is not JSON"))
            // 51,000,000 brackets are 17,000,000 times W1tb in base64.
            let find = """
                local letter = redis.call('ZRANGE', 'tq:dead:celery', ARGV[1], ARGV[1])[1]
                local message = '"message":"' .. ('W1tb'):rep(17000000) .. '"'
                return letter:find(message, 1, true) and 1 or 0
                """
            #expect(try await place.redis?.cli("EVAL", find, "0", "0") == "1")
            #expect(try await place.redis?.cli("ZCARD", "tq:dead:celery") == "2")
        }
    }

    @Test("stores a failure where the id can be read, so that nobody waits for ever")
    func result() async throws {
        try await Workplace.with(.redis) { place in
            let message = RawMessage("pair", body: "[1, 2]", reason: "")
            try await place.redis?.cli("LPUSH", "celery", input: message.bytes)
            try await place.work("--", "true")
            let outcome = try await place.result("an-id", "--wait")
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("task an-id failed: DecodeError: the body is not"))
        }
    }
}
