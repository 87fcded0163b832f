import TestSupport
import Testing

@Suite("closed standard streams", .timeLimit(.minutes(60)))
struct StandardStreamsTests {
    @Test(
        "are errors, and never mixed up with a connection",
        arguments: Transport.allCases,
        [
            (
                "tq-send t - <&-",
                "tq-send: cannot read standard input: Bad file descriptor; 0 tasks were sent before\n"
            ),
            ("tq-result - <&-", "tq-result: cannot read standard input: Bad file descriptor\n"),
            (
                "tq-send --id y t >&-",
                "tq-send: cannot write to standard output: Bad file descriptor; 1 task was sent\n"
            ),
            (
                "tq-result --state x >&-",
                "tq-result: cannot write to standard output: Bad file descriptor\n"
            ),
            ("tq-send --id y t >&- 2>&-", ""),
        ]
    )
    func closed(_ transport: Transport, _ expected: (script: String, errors: String)) async throws {
        try await Workplace.with(transport) { place in
            _ = try await place.send("--id", "x", "t")
            let outcome = try await place.shell(expected.script)
            #expect(outcome.status == .exited(74))
            #expect(outcome.errors == expected.errors)
            let ids = try await place.messages().map(\.id)
            #expect(ids == (expected.script.contains("--id y") ? ["x", "y"] : ["x"]))
        }
    }

    @Test("do not disturb a worker", arguments: Transport.allCases)
    func worker(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send("t")
            try await place.shell("tq-work --burst -- wc -c <&- >&- 2>&-").succeeded()
            #expect(try await place.result(id).status == .exited(0))
        }
    }
}
