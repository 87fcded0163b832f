import TaskQueue
import TestSupport
import Testing

@Suite("what tq-send prints and reads", .timeLimit(.minutes(60)))
struct SendOutputTests {
    @Test("is an id a line, a UUID of version 7 that grows", arguments: Transport.allCases)
    func ids(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let outcome = try await place.shell("seq 500 | tq-send add -").succeeded()
            let ids = outcome.lines
            #expect(ids.count == 500 && ids == ids.sorted() && Set(ids).count == 500)
            let pattern = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
            #expect(ids.allSatisfy { $0.wholeMatch(of: pattern) != nil })
            #expect(try await place.messages().map(\.id) == ids)
        }
    }

    @Test("is an object a line with --json")
    func json() async throws {
        try await Workplace.with { place in
            let input =
                #"{"task": "a", "id": "1"}"# + "\n" + #"{"task": "b", "id": "2", "queue": "q"}"#
            let outcome = try await place.run("tq-send", "--json", "-", input: input)
            #expect(
                outcome.output == """
                    {"id":"1","task":"a","queue":"celery"}
                    {"id":"2","task":"b","queue":"q"}

                    """
            )
        }
    }

    @Test("is the message with --dry-run, which sends nothing and needs no broker")
    func dryRun() async throws {
        let outcome = try await run(
            "tq-send",
            "-b",
            "redis://127.0.0.1:1",
            "--dry-run",
            "add",
            ":2"
        )
        let message = try JSONText(outcome.succeeded().outputBytes)
        #expect(message[key: "queue"]?.string == "celery")
        #expect(message[key: "headers"]?[key: "task"]?.string == "add")
        #expect(message[key: "properties"]?[key: "priority"]?.integer == 0)
        #expect(message[key: "body"]?.elements?.first?.text == "[2]")
    }

    @Test("leaves standard input to others in a loop that reads it")
    func whileRead() async throws {
        try await Workplace.with { place in
            let script = "printf 'a\\nb\\nc\\n' | while read -r x; do tq-send t \"$x\"; done"
            let ids = try await place.shell(script).succeeded().lines
            #expect(ids.count == 3)
            #expect(try await place.messages().map(\.args) == [#"["a"]"#, #"["b"]"#, #"["c"]"#])
        }
    }

    @Test("ends it quietly when nobody reads any more")
    func closedOutput() async throws {
        try await Workplace.with { place in
            let script = "seq 20000 | tq-send t - | head -1; echo ${PIPESTATUS[1]}"
            let outcome = try await place.shell(script).succeeded()
            #expect(outcome.errors == "")
            // 128 and the number of SIGPIPE, as of any filter.
            #expect(outcome.lines.count == 2 && outcome.lines.last == "141")
        }
    }

    @Test("that cannot be written ends it with 74, and says what was sent all the same")
    func brokenOutput() async throws {
        try await Workplace.with { place in
            for (script, count) in [
                ("tq-send t >&-", "1 task was sent"),
                ("seq 3 | tq-send t - >&-", "3 tasks were sent"),
                ("seq 3 | tq-send t - >/dev/full", "3 tasks were sent"),
                ("echo 1 | tq-send t - </dev >ids", "0 tasks were sent before"),
            ] {
                let outcome = try await place.shell(script)
                #expect(outcome.status == .exited(74))
                #expect(outcome.errors.hasSuffix("; \(count)\n"), "\(script)")
            }
            #expect(try await place.messages().count == 7)
        }
    }

    @Test("is made in the user's state directory, which only the user may enter")
    func defaultBroker() async throws {
        let script = """
            tq-send add >/dev/null
            stat -c %a .local/state/tq .local/state/tq/tq.db
            XDG_STATE_HOME=$PWD/state tq-send add >/dev/null
            test -f state/tq/tq.db
            """
        let outcome = try await run("bash", "-ec", script).succeeded()
        #expect(outcome.lines == ["700", "600"])
    }
}
