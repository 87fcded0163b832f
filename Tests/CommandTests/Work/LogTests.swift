import TaskQueue
import TestSupport
import Testing

@Suite("a worker's log", .timeLimit(.minutes(60)))
struct LogTests {
    /// What a worker with these options writes when it runs a good and a bad task.
    private func log(_ options: String..., text: String = "boom") async throws -> [String] {
        try await Workplace.with(tasks: ["good": "true", "bad": "echo '\(text)' >&2; exit 2"]) {
            place in
            _ = try await place.send("--id", "1", "good")
            _ = try await place.send("--id", "2", "bad")
            let worker = try await TestSupport.run(
                "tq-work",
                arguments: ["--burst", "-c", "1"] + options,
                environment: place.environment,
                directory: place.path
            )
            #expect(try worker.succeeded().output == "")
            return worker.errors.split(separator: "\n").map(String.init)
        }
    }

    @Test("is a line an event, with time, level, what happened, and to which task")
    func text() async throws {
        let lines = try await log("-n", "w1@here")
        try #require(lines.count == 6)
        let time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00[ ]/
        #expect(lines.allSatisfy { $0.prefixMatch(of: time) != nil })
        let events = lines.map { $0.replacing(time, with: "") }
        #expect(events[0].hasPrefix("INFO     task bad: /") && events[0].hasSuffix("/tasks/bad"))
        #expect(events[1].hasPrefix("INFO     task good: /") && events[1].hasSuffix("/tasks/good"))
        #expect(events[2].hasPrefix("INFO     w1@here takes tasks broker=sqlite:"))
        #expect(events[2].hasSuffix(" concurrency=1 queues=celery"))
        let succeeded = /INFO     succeeded task=good id=1 duration=\S+ outcome=success/
        #expect(events[3].wholeMatch(of: succeeded) != nil)
        let failed =
            /ERROR    failed: CommandFailed: exit status 2 task=bad id=2 duration=\S+ outcome=failure stderr=boom/
        #expect(events[4].wholeMatch(of: failed) != nil)
        #expect(events[5] == "INFO     stopping: the queues are empty")
    }

    @Test(
        "has no line that a task or its message has written",
        .requires(RedisServer.isInstalled, "redis-server"),
        arguments: ["text", "json"]
    )
    func forged(format: String) async throws {
        let line = "2026-11-29T00:00:00.000000+00:00 INFO     succeeded task=pay id=forged"
        let answer = #"{"tq": {"error": "boom\n\#(line)\r\u2028\u202ex\u009b"}}"#
        try await Workplace.with(.redis, tasks: ["bad": "echo '\(answer)' >&3"]) { place in
            _ = try await place.send("bad")
            let message = RawMessage("forged", type: #"x\n\#(line)"#, reason: nil)
            try await place.redis?.cli("LPUSH", "celery", input: message.bytes)
            let worker = try await place.work("-c", "1", "--log-format", format)
            let lines = worker.errors.split { $0.isNewline }
            // What it runs, start, one task that failed, one message that is set aside, and stop.
            #expect(lines.count == 5, "\(worker.errors)")
            #expect(!lines.contains { $0.hasPrefix("2026-11-29T00:00:00.000000") })
            let unsafe: ClosedRange<Unicode.Scalar> = "\u{202A}"..."\u{202E}"
            #expect(
                !worker.errors.unicodeScalars.contains { unsafe.contains($0) || $0 == "\u{9B}" }
            )
        }
    }

    @Test("is a JSON object a line with --log-format json")
    func json() async throws {
        let lines = try await log("--log-format", "json").map { try JSONText($0.utf8) }
        try #require(lines.count == 6)
        #expect(lines.allSatisfy { $0[key: "time"]?.string?.hasSuffix("+00:00") ?? false })
        #expect(
            lines.map { $0[key: "level"]?.string } == [
                "info", "info", "info", "info", "error", "info",
            ]
        )
        let failed = lines[4]
        #expect(failed[key: "message"]?.string == "failed: CommandFailed: exit status 2")
        #expect(failed[key: "task"]?.string == "bad" && failed[key: "id"]?.string == "2")
        #expect(failed[key: "outcome"]?.string == "failure")
        #expect(failed[key: "stderr"]?.string == "boom")
        #expect(lines[2][key: "concurrency"]?.integer == 1)
        #expect(failed[key: "duration"]?.double.map { (0..<60).contains($0) } ?? false)
        for line in lines {
            #expect(line[key: "worker"]?.string?.hasPrefix("tq@") ?? false)
            #expect(
                line[key: "host"]?.string?.isEmpty == false && line[key: "pid"]?.integer ?? 0 > 0
            )
        }
    }

    @Test("has the time of day alone on a terminal")
    func shortTime() async throws {
        try await Workplace.with(tasks: ["t": "true"]) { place in
            let worker = try await place.run("script", "-qec", "tq-work --burst", "/dev/null")
            let line = worker.output.split(whereSeparator: \.isNewline).first ?? ""
            #expect(line.prefixMatch(of: /\d\d:\d\d:\d\d\.\d{3}Z[ ]/) != nil, "\(line)")
        }
    }

    @Test(
        "has the levels from --log-level, -q and -v on",
        arguments: [
            (["-l", "warning"], 1), (["-l", "ERROR"], 1), (["-q"], 1), (["-l", "debug"], 8),
            (["-l", "critical"], 0), (["-v"], 8), (["-v", "-l", "warning"], 1),
        ]
    )
    func levels(_ options: [String], _ count: Int) async throws {
        let lines = try await Workplace.with(tasks: ["good": "true", "bad": "exit 2"]) { place in
            _ = try await place.send("good")
            _ = try await place.send("bad")
            let worker = try await TestSupport.run(
                "tq-work",
                arguments: ["--burst", "-c", "1"] + options,
                environment: place.environment,
                directory: place.path
            )
            return worker.errors.split(separator: "\n")
        }
        #expect(lines.count == count, "\(lines)")
    }

    @Test("is safe for a terminal and has colours only when told to")
    func terminal() async throws {
        let lines = try await log(text: "a\u{1B}[31mred\u{07}")
        #expect(!lines.joined().utf8.contains(0x1B) && !lines.joined().utf8.contains(0x07))
        let colored = try await log("--color", "always", text: "\u{1B}c")
        #expect(colored.allSatisfy { $0.contains("\u{1B}[32m") || $0.contains("\u{1B}[31m") })
        #expect(!colored.joined().contains("\u{1B}c"))
    }

    @Test(
        "names the worker as -n says",
        arguments: [("w%%%n@%h", "w%SHORT@HOST"), ("w", "w@HOST"), ("tq.%d", "tq.DOMAIN@HOST")]
    )
    func name(_ pattern: String, _ expected: String) async throws {
        let host = try await run("uname", "-n").succeeded().lines[0]
        let parts = host.split(separator: ".", maxSplits: 1)
        let name = expected.replacing("HOST", with: host)
            .replacing("SHORT", with: parts[0])
            .replacing("DOMAIN", with: parts.count > 1 ? parts[1] : "")
        let lines = try await log("-n", pattern)
        #expect(lines.contains { $0.contains(" \(name) takes tasks") })
    }
}
