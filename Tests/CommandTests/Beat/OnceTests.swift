import TestSupport
import Testing

@Suite(
    "tq-beat --once, for cron",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct OnceTests {
    private static let settings = """
        [beat_schedule.x]
        task = "t"
        schedule = "every 1s"
        [beat_schedule.year]
        task = "t"
        schedule = "0 0 29 2 *"
        """

    @Test(
        "sends what has become due since the last time, and prints nothing",
        arguments: Transport.allCases
    )
    func due(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.settings) { place in
            // The first time there is nothing that could have been missed.
            let first = try await place.run("tq-beat", "--once").succeeded()
            #expect(first.output + first.errors == "")
            #expect(try await place.messages().isEmpty)
            let outcome = try await place.shell("sleep 3; tq-beat --once").succeeded()
            #expect(outcome.output + outcome.errors == "")
            let count = try await place.messages().count
            #expect((3...4).contains(count))
            try await place.run("tq-beat", "--once", "-v").succeeded()
            #expect(try await place.messages().count <= count + 1)
        }
    }

    @Test("sends nothing while a tq-beat runs", arguments: Transport.allCases)
    func beside(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.settings) { place in
            try await place.withProgram("tq-beat") { beat in
                try await beat.waitUntilPrinted("sends periodic tasks")
                let outcome = try await place.run("tq-beat", "--once", "-v").succeeded()
                #expect(outcome.errors.contains("sends: waiting to take its place"))
            }
        }
    }

    @Test("says what is wrong, with its status")
    func errors() async throws {
        try await Workplace.with(settings: Self.settings) { place in
            let outcome = try await place.run("tq-beat", "--once", "-b", "redis://127.0.0.1:1")
            #expect(outcome.status == .exited(69))
            #expect(outcome.errors.hasPrefix("tq-beat: cannot reach redis://127.0.0.1:1"))
        }
    }
}
