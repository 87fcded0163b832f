import TaskQueue
import TestSupport
import Testing

@Suite("what a command answers", .timeLimit(.minutes(60)))
struct CommandAnswerTests {
    /// The record that `tq-result --json` has of a task with this script.
    private func record(_ script: String, _ transport: Transport = .sqlite) async throws -> JSONText
    {
        try await Workplace.with(transport, tasks: ["t": script]) { place in
            let id = try await place.send("t")
            try await place.work()
            return try JSONText(await place.result(id, "--json").outputBytes)
        }
    }

    @Test(
        "is the JSON value that it prints, else the text less a newline, else null",
        arguments: [
            ("printf 5", "5"), ("echo 5", "5"),
            (#"echo ' {"b": 1, "a": 1e400} '"#, #"{"b":1,"a":1e400}"#),
            (#"echo '"x"'"#, #""x""#), ("echo null", "null"), (":", "null"),
            ("echo text", #""text""#), (#"printf 'text\n\n'"#, #""text\n""#),
            ("echo 1 2", #""1 2""#), ("printf '1\\n2\\n'", #""1\n2""#), ("echo 01", #""01""#),
            ("echo NaN", #""NaN""#),
            (#"printf 'é☃😀'"#, #""é☃😀""#), (#"printf 'a\0b'"#, #""a\u0000b""#),
        ]
    )
    func success(_ script: String, _ result: String) async throws {
        let record = try await record(script)
        #expect(record[key: "state"]?.string == "SUCCESS")
        #expect(record[key: "result"]?.text == result)
        #expect(record[key: "error"] == .null && record[key: "traceback"] == .null)
    }

    @Test(
        "is a failure with the exit status or the signal, and its stderr as traceback",
        arguments: [
            ("exit 1", "exit status 1"), ("exit 42", "exit status 42"),
            ("kill -KILL $$", "killed by SIGKILL"), ("kill -TERM $$", "killed by SIGTERM"),
            ("kill -SEGV $$", "killed by SIGSEGV"), ("kill -HUP $$", "killed by SIGHUP"),
            ("exit 65", "exit status 65: failed for good"),
            ("exit 100", "exit status 100: failed for good"),
        ]
    )
    func failure(_ ending: String, _ message: String) async throws {
        let record = try await record("echo ignored; printf 'one\\ntwo\\n' >&2; \(ending)")
        #expect(record[key: "state"]?.string == "FAILURE")
        #expect(record[key: "result"] == .null)
        #expect(record[key: "error"]?[key: "type"]?.string == "CommandFailed")
        #expect(record[key: "error"]?[key: "message"]?.elements?.first?.string == message)
        #expect(record[key: "traceback"]?.string == "one\ntwo")
    }

    @Test("is kept with the dead letters when it fails for good", arguments: Transport.allCases)
    func fatal(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["t": "exit $1"]) { place in
            for status in ["65", "1", "100"] {
                _ = try await place.send("--id", status, "t", status)
            }
            try await place.work()
            let letters = try await place.deadLetters()
            #expect(letters.map(\.id) == ["65", "100"])
            #expect(letters.first?.task == "t")
            #expect(letters.first?.reason == "CommandFailed: exit status 65: failed for good")
            for status in ["65", "1", "100"] {
                #expect(try await place.result(status).status == .exited(1))
            }
            #expect(try await place.messages().isEmpty)
        }
    }

    @Test("keeps beginning and end of a long stderr")
    func longErrors() async throws {
        let record = try await record("seq 100000 >&2; exit 1")
        let traceback = try #require(record[key: "traceback"]?.string)
        #expect(traceback.hasSuffix("\n99999\n100000"))
        #expect(traceback.hasPrefix("1\n2\n"))
        #expect((60_000...66_000).contains(traceback.utf8.count))
    }

    @Test("may be 16 MB long", arguments: Transport.allCases)
    func longest(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send("t")
            try await place.work("--", "sh", "-c", "head -c 16777216 /dev/zero | tr '\\0' x")
            #expect(try await place.result(id).succeeded().outputBytes.count == 16_777_217)
        }
    }

    @Test("is refused by the limit's name when it is longer, and the worker goes on")
    func tooLong() async throws {
        try await Workplace.with { place in
            let long = try await place.send("long")
            let short = try await place.send("short")
            try await place.withWorker(
                "--max-tasks 2 -c 1 -- sh -c 'test $TQ_TASK = short || head -c 20000000 /dev/zero'"
            ) { worker in
                let status = try await worker.waitForExit()
                #expect(status == .exited(0))
            }
            let outcome = try await place.result(long)
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("more than result_max_bytes (16777216) to stdout"))
            #expect(try await place.result(short).status == .exited(0))
        }
    }

    @Test("counts when the command has ended, whatever it leaves running in its group")
    func leftovers() async throws {
        try await Workplace.with { place in
            let id = try await place.send("t")
            try await place.work("--", "sh", "-c", "sleep 1000 & echo $!")
            let processID = try await place.result(id).output.trimmed
            try await eventually {
                try await place.run("kill", "-0", processID).status == .exited(1)
            }
        }
    }

    @Test("counts when the command has ended, even if what it leaves got away with its stdout")
    func escaped() async throws {
        try await Workplace.with { place in
            let id = try await place.send("t")
            let worker = try await place.work("--", "sh", "-c", "setsid sleep 10 & echo done")
            #expect(worker.duration < .seconds(5))
            #expect(try await place.result(id).output == "done\n")
        }
    }

    @Test("may come with its stdout and stderr closed")
    func closedOutput() async throws {
        try await Workplace.with { place in
            let id = try await place.send("t")
            try await place.work("--", "sh", "-c", "exec <&- >&- 2>&-; sleep 0.1; exit 7")
            #expect(try await place.result(id).errors.contains("exit status 7"))
        }
    }
}
