import TaskSchedules
import Testing

@testable import TaskBeat
@testable import TaskQueue
@testable import TaskSettings

@Suite("live entries")
struct LiveEntryTests {
    private static func draft(
        _ keys: String,
        name: String = "e",
        zone: LocalTimeZone = .system
    ) throws -> LiveDraft {
        let text = "[beat_schedule.\(TOMLWriter.key(name))]\ntask = 't'\n\(keys)\n"
        return try #require(
            try LiveEntryText.drafts(Array(text.utf8), of: "f", zone: zone).first
        )
    }

    private static func read(_ draft: LiveDraft, version: Int64 = 1) throws -> LiveEntry {
        try LiveEntryText.entry(
            StoredLiveEntry(name: draft.entry.name, version: version, text: draft.text)
        )
    }

    @Test(
        "are read again as they were written",
        arguments: [
            "schedule = '0 5 * * *'\ndst_gap = 'skip'\ncrontab_semantics = 'celery'",
            "schedule = 30\noffset = '5s'\njitter = '1s'\ncatch_up = 'all'\noverlap = 'skip'",
            "schedule = 2.5\nenabled = false\ncount = 3\nexpires = '1h'\nqueue = \"q\\u00e9 \\\"\"",
            "schedule = 'sunset 31.23 121.47'\noptions = {priority = 3, time_limit = '5m'}",
            "schedule = '@daily'\nargs = [1, 2.5, [true, \"a\\nb\\u0007\\u007f\\\\\"], {'x y' = {}}]",
            "schedule = '@daily'\nargs = '[1.000, null, 12345678901234567890123]'",
            "schedule = '@daily'\n[beat_schedule.e.kwargs]\na = 1e-7\n'é' = [[], {b.c = 1}]",
        ]
    )
    func roundTrip(_ keys: String) throws {
        let draft = try Self.draft(keys)
        let entry = try Self.read(draft).entry
        #expect(entry.schedule == draft.entry.schedule)
        #expect(entry.scheduleText == draft.entry.scheduleText)
        #expect(entry.arguments == draft.entry.arguments)
        #expect(entry.options == draft.entry.options)
        #expect(entry.clockChanges == draft.entry.clockChanges)
        #expect(entry.jitter == draft.entry.jitter)
        #expect(entry.catchUp == draft.entry.catchUp && entry.overlap == draft.entry.overlap)
        #expect(entry.count == draft.entry.count && entry.isEnabled == draft.entry.isEnabled)
        #expect(try Self.read(draft).registration.registration == draft.newEntry.registration)
    }

    @Test("have any name that one in a file may have", arguments: ["a.b", "é \"x\" \\", "'", "="])
    func names(_ name: String) throws {
        let draft = try Self.draft("schedule = 5", name: name)
        #expect(try Self.read(draft).entry.name == name)
    }

    @Test("mean the same whoever reads them: the zone of who adds them is theirs")
    func zone() throws {
        let zone = try LocalTimeZone(named: "Asia/Kathmandu")
        let draft = try Self.draft(
            "schedule = '0 5 * * *'\nuntil = '2099-01-01 00:00'",
            zone: zone
        )
        let entry = try Self.read(draft).entry
        #expect(entry.timezone == zone)
        #expect(entry.until?.iso8601 == "2098-12-31T18:15:00+00:00")
        #expect(try Self.read(draft).registration.registration == draft.newEntry.registration)
        let interval = try Self.draft("schedule = 5\nuntil = '2099-01-01 00:00'", zone: zone)
        #expect(try Self.read(interval).entry.until == entry.until)
        #expect(try Self.read(interval).entry.timezone == nil)
    }

    @Test("are refused if they are not one table of their name", arguments: ["", "x", "[a]", "b"])
    func foreign(_ text: String) throws {
        let table = "[beat_schedule.b]\ntask = 't'\nschedule = 5\n"
        let stored = StoredLiveEntry(name: "e", version: 1, text: text == "b" ? table : text)
        #expect(throws: SettingsError.self) { try LiveEntryText.entry(stored) }
    }

    /// Midnight in UTC, and so many seconds later.
    private static func instant(_ second: Double) -> Timestamp {
        Timestamp(microseconds: 1_767_225_600_000_000 + Int64(second * 1_000_000))
    }

    @Test("come and go without disturbing the others")
    func changes() throws {
        let own = try Self.draft("schedule = 10", name: "own").entry
        let (a, b) = (try Self.draft("schedule = 3", name: "a"), try Self.draft("schedule = 7"))
        var beat = try Beat([own], default: .system, at: Self.instant(0))
        let record = BeatRecord(lastFiring: Self.instant(0))
        let first = [(live: try Self.read(a), record: record)]
        #expect(beat.changeLive(keeping: { _ in true }, adding: first).isEmpty)
        let due = beat.due(at: Self.instant(6), limit: 9)
        #expect(due.count == 2)
        for due in due { beat.settle(due, .sent, task: TaskID("x")) }
        let second = [(live: try Self.read(b, version: 2), record: record)]
        _ = beat.changeLive(keeping: { $0.name == "a" }, adding: second)
        #expect(beat.indices.map { beat.entry($0).name } == ["own", "a", "e"])
        #expect(beat.indices.map { beat.version(of: $0) } == [nil, 1, 2])
        #expect(beat.record(of: 1).count == 2 && beat.nextSending == Self.instant(7))
        _ = beat.changeLive(keeping: { $0.name != "a" }, adding: [])
        #expect(beat.indices.map { beat.entry($0).name } == ["own", "e"])
        #expect(beat.due(at: Self.instant(10), limit: 9).map(\.entry) == [1, 0])
        // Taken away elsewhere, it is not due any more.
        let gone = beat.due(at: Self.instant(10), limit: 9)[0]
        beat.settle(gone, .gone, task: TaskID("x"))
        #expect(beat.nextSending == Self.instant(10))
    }

    @Test("are asked for again only if they are others than before, and complained about once")
    func roster() throws {
        var roster = LiveRoster(besides: ["own"])
        let (a, own) = (try Self.draft("schedule = 3"), try Self.draft("schedule = 3", name: "own"))
        var stored = [
            StoredLiveEntry(name: "e", version: 1, text: a.text),
            StoredLiveEntry(name: "own", version: 2, text: own.text),
            StoredLiveEntry(name: "bad", version: 3, text: "warp = 9"),
        ]
        var refused: [String] = []
        let news = roster.update(stored) { name, _ in refused.append(name) }
        #expect(news.map(\.entry.name) == ["e"] && refused == ["own", "bad"])
        roster.admit(news[0])
        #expect(roster.update(stored) { name, _ in refused.append(name) }.isEmpty)
        #expect(refused.count == 2 && roster.has("e"))
        stored[0] = StoredLiveEntry(name: "e", version: 4, text: a.text)
        #expect(roster.update(stored) { _, _ in }.map(\.version) == [4])
        #expect(!roster.has("e"))
        #expect(roster.update([]) { _, _ in }.isEmpty)
    }
}
