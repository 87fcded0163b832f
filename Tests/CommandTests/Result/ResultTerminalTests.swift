import TestSupport
import Testing

@Suite("what tq-result prints of what others wrote", .timeLimit(.minutes(60)))
struct ResultTerminalTests {
    private static let evil = #""\u001b[2Jgone\u009b1mx""#

    @Test("is safe on a terminal, unless --raw; and as it is elsewhere")
    func terminal() async throws {
        try await Workplace.with { place in
            _ = try await place.send("--id", "x", "t")
            try await place.finish("x", Self.evil)
            let raw = "\u{1B}[2Jgone\u{9B}1mx\n"
            #expect(try await place.result("x").output == raw)
            for (command, expected) in [
                ("tq-result x", "\u{FFFD}[2Jgone\u{FFFD}1mx\r\n"),
                ("tq-result --raw x", raw.replacing("\n", with: "\r\n")),
            ] {
                let outcome = try await place.shell("script -qec '\(command)' /dev/null </dev/null")
                #expect(outcome.output == expected)
            }
            #expect(try await place.run("tq-send", "--raw", "t").status == .exited(64))
        }
    }

    @Test("is one line for a state, whatever its record says")
    func state() async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            let record = #"{"status":"\u001b[31mEVIL\r\n\u2028SUCCESS","result":null}"#
            _ = try await redis.cli("SET", "celery-task-meta-x", input: Array(record.utf8))
            let outcome = try await place.result("x", "--state")
            #expect(outcome.lines.count == 1 && outcome.status == .exited(3))
            #expect(!outcome.output.contains("\u{1B}"))
        }
    }

    @Test("an id that is empty is refused, and blanks around one are none of it")
    func ids() async throws {
        try await Workplace.with { place in
            for word in ["''", "' '"] {
                let outcome = try await place.shell("tq-result \(word)")
                #expect(outcome.status == .exited(64))
                #expect(
                    outcome.errors
                        == "tq-result: an ID is empty: name a task, as tq-send printed it\n"
                )
            }
            let id = try await place.send("t")
            #expect(try await place.result(" \(id) ").status == .exited(3))
        }
    }
}
