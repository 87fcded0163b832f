import TaskQueue
import TestSupport
import Testing

@Suite("what is known of an entry")
struct KnownEntryTests {
    private let now = Timestamp(microseconds: 5_000_000)

    private func registration(_ fingerprint: String) throws -> BeatRegistration {
        BeatRegistration(
            name: "report",
            fingerprint: fingerprint,
            schedule: "every 5s",
            task: try #require(TaskName("demo.add"))
        )
    }

    private func known(last: Int64, version: Int64? = nil) -> KnownEntry {
        KnownEntry(
            record: BeatRecord(lastFiring: Timestamp(microseconds: last), count: 7),
            fingerprint: "one",
            version: version
        )
    }

    @Test("a new one counts as fired now")
    func new() throws {
        let record = try registration("one").record(after: nil, at: now)
        #expect(record == BeatRecord(lastFiring: now))
    }

    @Test("one that fires at the same instants goes on from what is remembered")
    func same() throws {
        let known = known(last: 3_000_000)
        #expect(try registration("one").record(after: known, at: now) == known.record)
    }

    @Test("one that fires at others counts as fired now, unless its last firing is later")
    func changed() throws {
        for last in [3_000_000, 9_000_000] as [Int64] {
            let record = try registration("two").record(after: known(last: last), at: now)
            #expect(record.lastFiring == max(now, Timestamp(microseconds: last)))
            #expect(record.count == 7)
        }
    }

    @Test("an entry of the settings keeps its name, a live one makes way only if it is to")
    func additions() {
        let (live, settings) = (known(last: 1, version: 2), known(last: 1))
        for replaces in [false, true] {
            let added = LiveAddition(in: nil, isThere: false, replacing: replaces)
            #expect(added == .added && added.isDone)
            let other = LiveAddition(in: settings, isThere: false, replacing: replaces)
            #expect(other == .configured && !other.isDone)
        }
        let exists = LiveAddition(in: live, isThere: true, replacing: false)
        #expect(exists == .exists && !exists.isDone)
        #expect(LiveAddition(in: live, isThere: true, replacing: true) == .replaced(sent: 7))
        #expect(LiveAddition(in: nil, isThere: true, replacing: true) == .replaced(sent: 0))
    }
}
