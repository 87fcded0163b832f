import Testing

@testable import TaskBeat
@testable import TaskQueue
@testable import TaskSchedules

@Suite("what a beat decides")
struct BeatTests {
    /// Seconds are counted from here: midnight in UTC.
    private static let start: Int64 = 1_767_225_600

    private static func instant(_ second: Double) -> Timestamp {
        Timestamp(microseconds: start * 1_000_000 + Int64(second * 1_000_000))
    }

    private static func entry(
        _ schedule: String,
        _ change: (inout BeatEntry) -> Void = { _ in }
    ) throws -> BeatEntry {
        var entry = BeatEntry(
            name: "e",
            place: SettingsPlace(file: "f", line: 1, key: "e"),
            schedule: try Schedule(schedule),
            task: try #require(TaskName("t"))
        )
        entry.scheduleText = schedule
        change(&entry)
        return entry
    }

    /// A beat of one entry whose last firing is known.
    private static func beat(
        _ entry: BeatEntry,
        last: Double,
        count: Int = 0
    ) throws -> Beat {
        var beat = try Beat([entry], default: .system, at: instant(0))
        beat.adopt([BeatRecord(lastFiring: instant(last), count: count)])
        return beat
    }

    private static func seconds(_ due: [Beat.Due]) -> [Int64] {
        due.map { $0.instant.microseconds / 1_000_000 - start }
    }

    /// What is due after a time without anybody.
    struct Absence: Sendable, CustomTestStringConvertible {
        let schedule: String
        let catchUp: BeatEntry.CatchUp
        let last: Double
        let now: Double
        let sent: [Int64]

        var testDescription: String { "\(schedule), \(catchUp), from \(last) to \(now)" }

        init(
            _ schedule: String,
            _ catchUp: BeatEntry.CatchUp,
            _ times: ClosedRange<Double>,
            _ sent: [Int64]
        ) {
            self.schedule = schedule
            self.catchUp = catchUp
            last = times.lowerBound
            now = times.upperBound
            self.sent = sent
        }
    }

    @Test(
        "to send after an absence, as the entry wants it",
        arguments: [
            // As long as another takes to take over, nothing counts as missed.
            Absence("every 1s", .skip, 100...105, [101, 102, 103, 104, 105]),
            Absence("every 1s", .once, 100...103.5, [101, 102, 103]),
            Absence("every 1s", .all, 100...102, [101, 102]),
            Absence("every 1s", .once, 100...100.9, []),
            Absence("every 10s", .skip, 100...125, [110, 120]),
            Absence("every 10s", .skip, 100...126, [120]),
            // Longer.
            Absence("every 10s", .once, 100...200, [200]),
            Absence("every 10s", .all, 100...150, [110, 120, 130, 140, 150]),
            Absence("every 1h", .skip, 0...10_900, []),
            Absence("every 1h", .skip, 0...10_810, [10_800]),
            Absence("every 1h", .once, 0...10_900, [10_800]),
            Absence("0 * * * *", .all, 0...10_900, [3_600, 7_200, 10_800]),
            Absence("every 1d", .once, 0...864_000_000, [864_000_000]),
            // The clock was set back.
            Absence("every 1h", .all, 7_200...7_200, []),
        ]
    )
    func absence(_ absence: Absence) throws {
        let entry = try Self.entry(absence.schedule) {
            $0.catchUp = absence.catchUp
            $0.timezone = try? LocalTimeZone(named: "UTC")
        }
        var beat = try Self.beat(entry, last: absence.last)
        let due = beat.due(at: Self.instant(absence.now), limit: 100)
        #expect(Self.seconds(due) == absence.sent)
        for due in due { beat.settle(due, .sent, task: TaskID("x")) }
        #expect(beat.due(at: Self.instant(absence.now), limit: 100).isEmpty)
        #expect(beat.nextSending.map { $0 > Self.instant(absence.now) } == true)
    }

    @Test("catches up with the last thousand at most, in parts as large as is asked for")
    func cap() throws {
        let entry = try Self.entry("every 1s") { $0.catchUp = .all }
        var beat = try Self.beat(entry, last: 0)
        var sent: [Int64] = []
        while true {
            let due = beat.due(at: Self.instant(100_000), limit: 300)
            if due.isEmpty { break }
            #expect(due.count <= 300)
            for due in due { beat.settle(due, .sent, task: TaskID("x")) }
            sent += Self.seconds(due)
        }
        #expect(sent == Array(99_001...100_000))
    }

    @Test("is the same again until it is settled, and then never again")
    func settling() throws {
        var beat = try Self.beat(Self.entry("every 10s"), last: 100)
        let due = beat.due(at: Self.instant(121), limit: 100)
        #expect(Self.seconds(due) == [110, 120])
        #expect(beat.due(at: Self.instant(121), limit: 100) == due)
        beat.settle(due[0], .sent, task: TaskID("x"))
        #expect(beat.record(of: 0).count == 1)
        beat.settle(due[1], .overlapped(TaskID("x")), task: TaskID("y"))
        #expect(
            beat.record(of: 0)
                == .init(lastFiring: Self.instant(120), count: 1, lastTask: TaskID("x"))
        )
        #expect(beat.nextSending == Self.instant(130))
        // Another was faster.
        let later = beat.due(at: Self.instant(130), limit: 100)
        let passed = BeatRecord(lastFiring: Self.instant(150), count: 7)
        beat.settle(later[0], .passed(passed), task: TaskID("z"))
        #expect(beat.nextSending == Self.instant(160))
        // Somebody else leads: nothing is known of it.
        let last = beat.due(at: Self.instant(160), limit: 100)
        beat.settle(last[0], .notLeading, task: TaskID("z"))
        #expect(beat.nextSending == Self.instant(160))
    }

    @Test("ends with until, count and enabled")
    func ends() throws {
        let until = try Self.entry("every 10s") { $0.until = Self.instant(120) }
        var beat = try Self.beat(until, last: 105)
        let due = beat.due(at: Self.instant(135), limit: 9)
        #expect(Self.seconds(due) == [120])
        beat.settle(due[0], .sent, task: TaskID("x"))
        #expect(beat.nextSending == nil)

        let twice = try Self.entry("every 10s") { $0.count = 2 }
        beat = try Self.beat(twice, last: 100, count: 1)
        #expect(Self.seconds(beat.due(at: Self.instant(121), limit: 9)) == [110])
        beat = try Self.beat(twice, last: 100, count: 2)
        #expect(beat.nextSending == nil)
        #expect(beat.firings(of: 0, after: Self.instant(0), count: 9).count == 2)

        let disabled = try Self.entry("every 10s") { $0.isEnabled = false }
        beat = try Self.beat(disabled, last: 100)
        #expect(beat.nextSending == nil && beat.due(at: .latest, limit: 9).isEmpty)
    }

    @Test("is not to send what would have expired")
    func expired() throws {
        let entry = try Self.entry("every 10s") { $0.options.expires = .after(.seconds(5)) }
        var beat = try Self.beat(entry, last: 100)
        #expect(Self.seconds(beat.due(at: Self.instant(121), limit: 9)) == [120])
        #expect(beat.due(at: Self.instant(127), limit: 9).isEmpty)
        #expect(beat.nextSending == Self.instant(130))
    }

    @Test("puts a firing off by its jitter, the same for all, and keeps the order")
    func jitter() throws {
        let entry = try Self.entry("every 1s") { $0.jitter = .seconds(30) }
        let times = (0..<500).map { entry.sendingTime(of: Self.instant(Double($0))) }
        let delays = times.enumerated().map { ($1 - Self.instant(Double($0))).microseconds }
        #expect(delays.allSatisfy { (0..<30_000_000).contains($0) })
        #expect(Set(delays).count > 490)
        #expect(delays.min().map { $0 < 1_000_000 } == true)
        #expect(delays.max().map { $0 > 29_000_000 } == true)
        var beat = try Self.beat(entry, last: 0)
        var sent: [Int64] = []
        for now in stride(from: 0.5, to: 200, by: 0.5) {
            for due in beat.due(at: Self.instant(now), limit: 100) {
                #expect(entry.sendingTime(of: due.instant) <= Self.instant(now))
                beat.settle(due, .sent, task: TaskID("x"))
                sent += Self.seconds([due])
            }
        }
        #expect(sent == Array(1...Int64(sent.count)) && sent.count > 160)
    }

    @Test("comes in the order of time, of all entries")
    func order() throws {
        let entries = try ["every 7s", "every 5s", "every 3s"].map { try Self.entry($0) }
        var beat = try Beat(entries, default: .system, at: Self.instant(0))
        let start = Self.start
        let due = beat.due(at: Self.instant(10), limit: 100)
        var wanted: [Int] = []
        for second in start + 1...start + 10 {
            for (entry, length) in [7, 5, 3].enumerated() where second % Int64(length) == 0 {
                wanted.append(entry)
            }
        }
        #expect(due.map(\.entry) == wanted)
        #expect(beat.due(at: Self.instant(10), limit: 2).count == 2)
    }

    @Test("is known as changed when it fires at other instants, and only then")
    func fingerprints() throws {
        let entry = try Self.entry("0 5 * * *")
        let same = entry.fingerprint(default: .system)
        var other = entry
        other.arguments = TaskArguments(literal: ["x"])
        other.catchUp = .all
        #expect(other.fingerprint(default: .system) == same)
        var others = [entry, entry, entry, entry]
        others[0].timezone = try LocalTimeZone(named: "UTC")
        others[1].clockChanges.gap = .skip
        others[2].isEnabled = false
        others[3].scheduleText = "0 6 * * *"
        for other in others { #expect(other.fingerprint(default: .system) != same) }
    }

    @Test("names each firing's task the same on every machine")
    func ids() {
        func id(_ entry: String, _ second: Double, _ installation: String = "i") -> TaskID {
            BeatMessages.id(entry, at: Self.instant(second), in: installation)
        }
        let first = id("nightly", 0)
        #expect(first == id("nightly", 0))
        #expect(id("nightly", 1) != first && id("nightl", 0) != first)
        // Another broker's is another task: the two may share a server, or where results are.
        #expect(id("nightly", 0, "j") != first)
    }
}
