import TaskQueue
import TestSupport
import Testing

@Suite(
    "tq-ctl beat",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct BeatEntriesTests {
    private static let settings = """
        [beat_schedule.first]
        task = "first"
        schedule = "every 500ms"
        [beat_schedule."last one"]
        task = "last"
        schedule = "every 500ms"
        """

    private static func count(_ task: String, in place: Workplace) async throws -> Int {
        try await place.messages().filter { $0.task == task }.count
    }

    @Test("pauses an entry while another goes on, and resumes it", arguments: Transport.allCases)
    func pause(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.settings) { place in
            try await place.withProgram("tq-beat -v") { beat in
                try await beat.waitUntilPrinted("entry=\"last one\"")
                let done = try await place.run("tq-ctl", "beat", "pause", "last one").succeeded()
                #expect(done.output == "" && done.errors == "tq-ctl: paused last one\n")
                try await beat.waitUntilPrinted("left out: it is paused entry=\"last one\"")
                let paused = try await Self.count("last", in: place)
                let first = try await Self.count("first", in: place)
                try await eventually { try await Self.count("first", in: place) > first + 1 }
                #expect(try await Self.count("last", in: place) == paused)
                let rows = try await place.run("tq-ctl", "beat", "list").succeeded().lines
                #expect(rows.count == 3)
                #expect(rows[0].hasPrefix("ENTRY     SCHEDULE     TASK   SENT  LAST"))
                #expect(rows[1].hasPrefix("first     every 500ms  first"))
                #expect(rows[2].hasSuffix("  paused"))
                try await place.run("tq-ctl", "beat", "resume", "last one").succeeded()
                try await eventually { try await Self.count("last", in: place) > paused }
            }
            let lines = try await place.run("tq-ctl", "beat", "list", "--json").succeeded().lines
            let entry = try JSONText(try #require(lines.last).utf8)
            #expect(entry[key: "name"]?.string == "last one")
            #expect(entry[key: "paused"]?.boolean == false)
            let count = try await Self.count("last", in: place)
            #expect(entry[key: "count"]?.integer == count)
            #expect(
                entry[key: "last_id"]?.string
                    == (try await place.messages()
                        .last { $0.task == "last" }?.id)
            )
        }
    }

    @Test("forgets an entry, and says which it does not know", arguments: Transport.allCases)
    func forget(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.settings) { place in
            try await place.run("tq-beat", "--once").succeeded()
            let outcome = try await place.run("tq-ctl", "beat", "forget", "none", "first")
            #expect(outcome.status == .exited(4))
            #expect(
                outcome.errors == """
                    tq-ctl: no entry none is known: tq-ctl beat list names them
                    tq-ctl: forgot first: it starts anew

                    """
            )
            let lines = try await place.run("tq-ctl", "beat", "list", "--json").succeeded().lines
            #expect(lines.count == 1 && lines[0].contains(#""name":"last one""#))
        }
    }
}
