import Glibc
import TaskBeat
import TaskQueue
import TestSupport
import Testing

@Suite(
    "entries that are added while tq-beat runs",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct LiveEntriesTests {
    private static func entry(_ name: String, task: String = "t") -> String {
        "[beat_schedule.\(name)]\ntask = '\(task)'\nschedule = 'every 1s'\n"
    }

    private static func count(_ task: String, in place: Workplace) async throws -> Int {
        try await place.messages().filter { $0.task == task }.count
    }

    /// The seconds at which an entry was sent, by its tasks' ids; each once.
    private static func seconds(
        of entry: String,
        since start: Timestamp,
        in place: Workplace
    ) async throws -> [Int64] {
        let ids = try await place.messages().compactMap(\.id)
        let installation = try await place.installation()
        #expect(Set(ids).count == ids.count, "one firing was sent twice")
        let range = start.microseconds / 1_000_000...Timestamp.now().microseconds / 1_000_000
        return range.filter { second in
            let instant = Timestamp(microseconds: second * 1_000_000)
            return ids.contains(BeatMessages.id(entry, at: instant, in: installation).text)
        }
    }

    private static func expectNoHole(_ seconds: [Int64]) {
        guard let first = seconds.first, let last = seconds.last else {
            Issue.record("nothing was sent")
            return
        }
        #expect(seconds == Array(first...last), "one was left out")
    }

    @Test(
        "are sent within seconds, changed and taken away, and disturb no other",
        arguments: Transport.allCases
    )
    func addition(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.entry("file")) { place in
            let start = Timestamp.now()
            try await place.withProgram("tq-beat") { beat in
                try await beat.waitUntilPrinted("sends periodic tasks")
                let added = Instant.now
                let outcome = try await place.run("tq-ctl", "beat", "add", "x", "every 1s", "one")
                #expect(try outcome.succeeded().errors == "tq-ctl: added x\n")
                try await eventually { try await Self.count("one", in: place) >= 2 }
                #expect(Instant.now - added < .seconds(8))
                try await place.run(
                    "tq-ctl",
                    "beat",
                    "add",
                    "--replace",
                    "x",
                    "every 1s",
                    "two"
                ).succeeded()
                let ones = try await Self.count("one", in: place)
                try await eventually { try await Self.count("two", in: place) >= 2 }
                #expect(try await Self.count("one", in: place) == ones)
                let script = """
                    for i in $(seq 20); do
                        tq-ctl beat add "y$i" @hourly other && tq-ctl beat remove "y$i" || exit
                    done
                    tq-ctl beat add --file - <many && tq-ctl beat remove x
                    """
                let tables = (0..<300).map {
                    "[beat_schedule.'z \($0)']\ntask = 'other'\nschedule = '@yearly'\n"
                }
                try place.write(tables.joined(), to: "many")
                try await place.shell(script).succeeded()
                let twos = try await Self.count("two", in: place)
                let before = try await Self.count("t", in: place)
                try await beat.waitUntilPrinted("live entries have changed live=300")
                try await eventually { try await Self.count("t", in: place) >= before + 3 }
                #expect(try await Self.count("two", in: place) == twos)
                #expect(try await Self.count("other", in: place) == 0)
                beat.signal(SIGTERM)
                #expect(try await beat.waitForExit() == .exited(0))
                let leads = beat.errorsSoFar.split(separator: "sends periodic tasks").count - 1
                #expect(leads == 1)
            }
            Self.expectNoHole(try await Self.seconds(of: "file", since: start, in: place))
            Self.expectNoHole(try await Self.seconds(of: "x", since: start, in: place))
        }
    }

    @Test(
        "are sent once each by two with different entries of their own, of which one is killed",
        arguments: Transport.allCases
    )
    func twoGroups(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.entry("a", task: "a")) { place in
            try place.write(Self.entry("b", task: "b"), to: "other.toml")
            let start = Timestamp.now()
            try await place.withProgram("tq-beat") { first in
                try await first.waitUntilPrinted("sends periodic tasks")
                try await place.withProgram("tq-beat --config other.toml") { second in
                    try await second.waitUntilPrinted("sends periodic tasks")
                    try await place.run("tq-ctl", "beat", "add", "x", "every 1s", "x").succeeded()
                    try await eventually { try await Self.count("x", in: place) >= 6 }
                    first.signal(SIGKILL)
                    let sent = try await Self.count("x", in: place)
                    try await eventually { try await Self.count("x", in: place) >= sent + 4 }
                }
            }
            for name in ["x", "a", "b"] {
                Self.expectNoHole(try await Self.seconds(of: name, since: start, in: place))
            }
        }
    }

    @Test("are enough for a tq-beat, a worker, and for cron", arguments: Transport.allCases)
    func onlyLive(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["x": "echo x >>ran"]) { place in
            try await place.run("tq-ctl", "beat", "add", "x", "every 1s", "x").succeeded()
            let once = try await place.shell("sleep 2; tq-beat --once").succeeded()
            #expect(once.output + once.errors == "")
            let sent = try await Self.count("x", in: place)
            #expect(sent >= 1)
            try await place.withProgram("tq-beat") { beat in
                try await beat.waitUntilPrinted(
                    "no entry in the settings: only live entries, of tq-ctl beat add, are sent"
                )
                try await eventually { try await Self.count("x", in: place) > sent }
            }
            try await place.withWorker("--beat") { _ in
                let before = place.lines("ran").count
                try await eventually { place.lines("ran").count > before + sent + 4 }
            }
        }
    }

    @Test("that cannot be read are left out, with a warning, and so are those that a file has")
    func leftOut() async throws {
        try await Workplace.with(.redis, settings: Self.entry("file")) { place in
            let redis = try #require(place.redis)
            try await place.run("tq-ctl", "beat", "add", "good", "every 1s", "good").succeeded()
            _ = try await redis.cli(
                "HSET",
                "tq:beat:live",
                "bad",
                "9\n[beat_schedule.bad]\ntask = 't'\nschedule = 'every 1s'\nwarp = 9\n",
                "file",
                "9\n[beat_schedule.file]\ntask = 'live'\nschedule = 'every 1s'\n"
            )
            let warnings = [
                "a live entry is left out: entry bad:4: unknown key \"beat_schedule.bad.warp\"",
                "a live entry is left out: the settings have an entry of that name entry=file",
            ]
            try await place.withProgram("tq-beat") { beat in
                for warning in warnings { try await beat.waitUntilPrinted(warning) }
                try await eventually { try await Self.count("good", in: place) >= 3 }
                #expect(try await Self.count("t", in: place) >= 2)
                #expect(try await Self.count("live", in: place) == 0)
                for warning in ["left out: entry bad", "left out: the settings"] {
                    #expect(beat.errorsSoFar.split(separator: warning).count == 2)
                }
            }
            let plan = try await place.run("tq-beat", "--check").succeeded()
            #expect(plan.lines.count == 3)
            #expect(plan.lines.last?.hasPrefix("live    good: every 1s: good: ") == true)
            #expect(plan.errors.contains("tq-beat: live entry bad is left out: entry bad:4: "))
            #expect(plan.errors.contains("live entry file is left out: the settings have"))
        }
    }

    @Test("are listed with the next firings, if the broker can be reached")
    func next() async throws {
        try await Workplace.with(settings: Self.entry("file")) { place in
            // No broker is made for this.
            _ = try await place.run("tq-beat", "--next").succeeded()
            #expect(access(place.path("tq.db"), F_OK) != 0)
            try await place.run(
                "tq-ctl",
                "beat",
                "add",
                "live",
                "0 5 1 7 *",
                "x",
                environment: ["TZ": "Asia/Kathmandu"]
            ).succeeded()
            let lines = try await place.run("tq-beat", "--next", "--json").succeeded().lines
            #expect(lines.count == 2 && lines[0].contains(#""name":"file""#))
            #expect(lines[1].hasPrefix(#"{"name":"live","task":"x","utc":""#))
            #expect(lines[1].hasSuffix(#"-07-01T05:00:00+05:45"}"#))
            let without = try await place.run("tq-beat", "--next", "-b", "redis://127.0.0.1:1")
            #expect(try without.succeeded().lines.count == 2)
            #expect(
                without.errors.hasPrefix(
                    "tq-beat: live entries are left out: cannot reach redis://127.0.0.1:1"
                )
            )
        }
    }
}
