import TestSupport
import Testing

@Suite("a command's result that cannot be kept", .timeLimit(.minutes(60)))
struct LostResultTests {
    /// What `tq-result` says of a task with this script.
    private func failure(
        _ script: String,
        settings: String = ""
    ) async throws -> (said: String, duration: Duration) {
        let settings = "result_max_bytes = 100000\n[tasks.t]\n\(settings)\n"
        return try await Workplace.with(settings: settings, tasks: ["t": script]) { place in
            let id = try await place.send("t")
            let worker = try await place.work()
            let outcome = try await place.result(id)
            #expect(outcome.status == .exited(1), "\(outcome.output)")
            return (outcome.errors, worker.duration)
        }
    }

    @Test(
        "as it is not UTF-8 fails the task",
        arguments: [
            (#"printf 'ab\377\330'"#, "", "to standard output, byte 3: pass such data in a file"),
            (#"printf '["\377"]'"#, "", "to standard output, byte 3: "),
            (
                #"read line; printf '["\351"]\n'; cat"#, "stream = true",
                "answered with data that is not UTF-8, byte 3 of the line: "
            ),
            (
                #"printf '{"tq":{"result":"\351"}}\n' >&3; echo 1"#, "",
                "answered with data that is not UTF-8, byte 18 of the line: "
            ),
        ]
    )
    func notUTF8(_ script: String, _ settings: String, _ reason: String) async throws {
        #expect(try await failure(script, settings: settings).said.contains(reason))
    }

    @Test(
        "as it is too long ends the command, which has no other limit",
        arguments: [
            ("exec yes", "", "(100000) to stdout: killed by SIGTERM"),
            (
                "trap '' TERM; while :; do echo $$ $$ $$ $$ $$ $$; done", "",
                "(100000) to stdout: killed by SIGKILL"
            ),
            (#"printf '{"tq":"' >&3; yes | tr -d '\n' >&3"#, "", "answered with more than"),
            (
                "read line; yes | tr -d '\\n'; exec sleep 1000", "stream = true",
                "(100000): killed by SIGKILL"
            ),
        ]
    )
    func endless(_ script: String, _ settings: String, _ reason: String) async throws {
        #expect(try await failure(script, settings: settings).said.contains(reason))
    }

    @Test("does not cost the next task of a stream command")
    func stream() async throws {
        let script = """
            read line; printf '"\\351"\\n'
            read line; head -c 200000 /dev/zero | tr '\\0' 7; echo
            read line; echo warned >&2; sleep 0.3; echo 3
            """
        let settings = "result_max_bytes = 100000\n[tasks.t]\nstream = true\n"
        try await Workplace.with(settings: settings, tasks: ["t": script]) { place in
            var ids: [String] = []
            for _ in 1...3 { ids.append(try await place.send("t")) }
            let worker = try await place.work("-v")
            #expect(worker.errors.contains("succeeded, and wrote to standard error task=t"))
            #expect(try await place.result(ids[0]).errors.contains("not UTF-8, byte 2 of the line"))
            #expect(try await place.result(ids[1]).errors.contains("(100000)"))
            #expect(try await place.result(ids[2]).output == "3\n")
        }
    }

    @Test("on standard error is logged at the level debug, and its progress with a warning")
    func remarks() async throws {
        let script = #"printf 'a\377\n' >&3; printf 'one\ntwo\033[31m\n' >&2; echo ok"#
        try await Workplace.with(tasks: ["t": script]) { place in
            let id = try await place.send("t")
            let errors = try await place.work("-l", "debug").errors
            #expect(errors.contains("WARNING  a line on descriptor 3 is not UTF-8, byte 2: "))
            #expect(
                errors.contains("DEBUG    succeeded, and wrote to standard error task=t id=\(id) ")
            )
            #expect(errors.contains(#"stderr="one\ntwo\u001b[31m""#))
            #expect(try await place.result(id).output == "ok\n")
            _ = try await place.send("t")
            #expect(try await !place.work().errors.contains("two"))
        }
    }
}
