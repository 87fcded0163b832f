import Glibc
import TaskQueue
import TaskSchedules
import TestSupport
import Testing

/// Half a minute in which nothing can be sent, and what is sent after it.
@Suite(
    "after an outage tq-beat",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct BeatOutageTests {
    /// In seconds, and at least.
    private static let length: Int64 = 24
    /// How late a firing may be and not count as missed, in seconds.
    private static let grace: Int64 = 15
    private static let catchUps = BeatEntry.CatchUp.allCases.map(\.rawValue)

    /// Entries of one second, of two, and of one second in a minute, caught up with in each of the three
    /// ways.
    private struct Entries {
        /// When those of a minute fire first, in seconds since 1970: early in the outage.
        let rare: Int64

        /// Writes their settings, for a `tq-beat` that is started at once.
        init(in place: Workplace) throws {
            rare = Timestamp.now().microseconds / 1_000_000 + 15
            try place.write(settings, to: "tq.toml")
        }

        var names: [String] {
            catchUps.flatMap { ["second-\($0)", "two-\($0)", "minute-\($0)"] }
        }

        var settings: String {
            let schedules = ["second": "1s", "two": "2s", "minute": "1m offset \(rare % 60)s"]
            return names.map { name in
                let parts = name.split(separator: "-").map(String.init)
                return """
                    [beat_schedule.\(name)]
                    task = "t"
                    schedule = "every \(schedules[parts[0]] ?? "")"
                    catch_up = "\(parts[1])"

                    """
            }.joined()
        }
    }

    /// The last firings before and the first after, within some seconds since 1970.
    private struct Outage {
        let begin: ClosedRange<Int64>
        let end: ClosedRange<Int64>
    }

    private static func now() -> Int64 { Timestamp.now().microseconds / 1_000_000 }

    private static func sent(_ entries: Entries, in place: Workplace) async throws -> SentFirings {
        let middle = Timestamp(microseconds: entries.rare * 1_000_000)
        let range = middle - .seconds(60)...middle + .seconds(300)
        return try await SentFirings(of: entries.names, in: place, range)
    }

    /// Waits until each of those of one and of two seconds has fired after this one.
    private static func wait(
        for entries: Entries,
        in place: Workplace,
        after second: Int64
    ) async throws {
        try await eventually(timeout: .seconds(60), every: .milliseconds(100)) {
            let sent = try await sent(entries, in: place)
            return entries.names.allSatisfy { name in
                name.hasPrefix("minute") || (sent.seconds[name]?.last ?? 0) > second
            }
        }
    }

    /// Waits until an outage has lasted long enough for all entries.
    private static func wait(from begin: Int64, _ entries: Entries) async throws {
        let end = max(begin + length, entries.rare + grace + 3)
        try await eventually(timeout: .seconds(60)) { now() >= end }
    }

    private static func check(_ sent: SentFirings, _ outage: Outage, rare: Int64) throws {
        #expect(sent.doubled.isEmpty && sent.unknown.isEmpty)
        for (kind, interval) in [("second", Int64(1)), ("two", 2)] {
            #expect(sent.runs(of: "\(kind)-all", every: interval).count == 1, "\(kind)")
            // Of those that come so often the last is never too late.
            for entry in ["\(kind)-skip", "\(kind)-once"] {
                let runs = sent.runs(of: entry, every: interval)
                try #require(runs.count == 2, "\(entry): \(runs)")
                #expect(outage.begin.contains(runs[0].upperBound), "\(entry)")
                #expect(outage.end.contains(runs[1].lowerBound), "\(entry)")
            }
        }
        #expect(sent.seconds["minute-all"] == [rare])
        #expect(sent.seconds["minute-once"] == [rare])
        #expect(sent.seconds["minute-skip"] == [])
    }

    @Test("of its broker, which was killed, sends what each entry wants, once")
    func broker() async throws {
        let options = ["--appendonly", "yes", "--appendfsync", "always"]
        try await Workplace.with(.redis, redis: options) { place in
            let entries = try Entries(in: place)
            let redis = try #require(place.redis)
            try await place.withProgram("tq-beat") { first in
                try await first.waitUntilPrinted("sends periodic tasks")
                try await place.withProgram("tq-beat") { second in
                    try await Self.wait(for: entries, in: place, after: Self.now())
                    try #require(Self.now() < entries.rare - 1, "too slow")
                    let before = Self.now()
                    await redis.kill()
                    let killed = Self.now()
                    try await first.waitUntilPrinted("trying again in")
                    try await second.waitUntilPrinted("trying again in")
                    try await Self.wait(from: killed, entries)
                    let after = Self.now()
                    try await redis.start()
                    // The longest pause between two attempts is 10 s.
                    try await Self.wait(for: entries, in: place, after: after)
                    let seen = Self.now()
                    try await Self.wait(for: entries, in: place, after: seen + 3)
                    for beat in [first, second] {
                        beat.signal(SIGTERM)
                        #expect(try await beat.waitForExit() == .exited(0))
                    }
                    let outage = Outage(begin: before - 5...killed, end: after - 2...seen)
                    let sent = try await Self.sent(entries, in: place)
                    try Self.check(sent, outage, rare: entries.rare)
                }
            }
        }
    }

    @Test("in which none ran sends what each entry wants, once", arguments: Transport.allCases)
    func absence(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let entries = try Entries(in: place)
            let before = try await place.withProgram("tq-beat") { beat in
                try await beat.waitUntilPrinted("sends periodic tasks")
                try await Self.wait(for: entries, in: place, after: Self.now())
                try #require(Self.now() < entries.rare - 1, "too slow")
                let before = Self.now()
                beat.signal(SIGKILL)
                #expect(try await beat.waitForExit() == .signalled(SIGKILL))
                return before
            }
            let killed = Self.now()
            try await Self.wait(from: killed, entries)
            let after = Self.now()
            try await place.withProgram("tq-beat") { beat in
                try await Self.wait(for: entries, in: place, after: after)
                let seen = Self.now()
                try await Self.wait(for: entries, in: place, after: seen + 3)
                beat.signal(SIGTERM)
                #expect(try await beat.waitForExit() == .exited(0))
                let outage = Outage(begin: before - 5...killed, end: after - 2...seen)
                let sent = try await Self.sent(entries, in: place)
                try Self.check(sent, outage, rare: entries.rare)
            }
        }
    }
}
