import TaskBeat
import TaskQueue
import TaskSchedules
import TaskSettings
import Testing

extension Timestamp {
    fileprivate static func second(_ second: Int64) -> Timestamp {
        Timestamp(microseconds: (1_767_225_600 + second) * 1_000_000)
    }
}

extension BeatLease {
    fileprivate static let mine = BeatLease(group: "mine", holder: "me")
}

/// An entry as it is added, and as those who send have read it.
private struct Sample {
    let draft: NewLiveEntry
    let name: String

    init(_ name: String, _ schedule: String = "every 1s", task: String = "t") throws {
        let table =
            "[beat_schedule.\(TOMLWriter.key(name))]\ntask = '\(task)'\nschedule = '\(schedule)'\n"
        draft = try #require(
            try LiveEntryText.drafts(Array(table.utf8), of: "f", zone: .system).first?.newEntry
        )
        self.name = name
    }

    /// As the store has it now.
    func stored(in store: any BeatStore) throws -> LiveEntry {
        try LiveEntryText.entry(try #require(try store.liveEntry(name)))
    }

    func firing(_ second: Int64, _ version: Int64?) -> BeatFiring {
        BeatFiring(
            entry: name,
            instant: .second(second),
            most: nil,
            version: version,
            message: .sample()
        )
    }
}

extension BrokerClause {
    /// Entries that are added while `tq-beat` runs.
    package static let liveEntries = (adding + removing + besideConfigured)
        .needing(.beatStore, .beatAdministration, .liveEntryStore)

    private static let adding = [
        BrokerClause("a live entry is known from when it is added, as it was written") { store in
            let beat = try store.beat()
            let admin = try store.beatAdministration()
            #expect(try beat.liveVersion() == 0 && beat.liveEntries().isEmpty)
            let (first, second) = (try Sample("é \"x\""), try Sample("a", "0 5 * * *"))
            let added = try beat.add(
                [first.draft, second.draft],
                replacing: false,
                at: .second(5)
            )
            #expect(added == [.added, .added])
            let stored = try store.beat().liveEntries()
            #expect(stored.map(\.name) == ["a", first.name])
            #expect(stored.map(\.text) == [second.draft.text, first.draft.text])
            #expect(try beat.liveEntry("a") == stored[0])
            #expect(try beat.liveEntry("none") == nil)
            let version = try beat.liveVersion()
            #expect(version != 0)
            let entries = try admin.beatEntries()
            #expect(entries.map(\.name) == ["a", first.name])
            #expect(entries.map(\.origin) == [.live, .live])
            #expect(entries.map(\.schedule) == ["0 5 * * *", "every 1s"])
            let live = try stored.map { try LiveEntryText.entry($0).registration }
            let record = BeatRecord(lastFiring: .second(5))
            #expect(try beat.register(live: live, at: .second(9)) == [record, record])
            // Who only asks changes nothing.
            #expect(try beat.liveVersion() == version)
        },
        BrokerClause("a live entry is replaced only if that is wanted, and goes on where it was") {
            store in
            let beat = try store.beat()
            let entry = try Sample("e")
            _ = try beat.add([entry.draft], replacing: false, at: .second(0))
            let old = try entry.stored(in: beat)
            #expect(try beat.take(.mine) == .held)
            #expect(try beat.fire([entry.firing(1, old.version)], under: .mine) == [.sent])
            let other = try Sample("e", task: "u")
            #expect(try beat.add([other.draft], replacing: false, at: .second(9)) == [.exists])
            #expect(try entry.stored(in: beat).version == old.version)
            let again = try beat.add([other.draft], replacing: true, at: .second(9))
            #expect(again == [.replaced(sent: 1)])
            let new = try entry.stored(in: beat)
            #expect(new.version != old.version && new.entry.task.text == "u")
            // Who has not heard of it sends nothing more.
            #expect(try beat.fire([entry.firing(2, old.version)], under: .mine) == [.gone])
            #expect(try beat.register(live: [old.registration], at: .second(9)) == [nil])
            let records = try beat.register(live: [new.registration], at: .second(9))
            #expect(records.first??.lastFiring == .second(1) && records.first??.count == 1)
            #expect(try beat.fire([entry.firing(2, new.version)], under: .mine) == [.sent])
            // Another schedule counts from then on, and not for what was before.
            let changed = try Sample("e", "every 2s")
            _ = try beat.add([changed.draft], replacing: true, at: .second(50))
            let record = try beat.register(
                live: [changed.stored(in: beat).registration],
                at: .second(60)
            )[0]
            #expect(record?.lastFiring == .second(50))
        },
        BrokerClause("a thousand live entries are added and read at once, in their order") {
            store in
            let beat = try store.beat()
            let samples = try (0..<1_000).map { try Sample("e\($0)") }
            let drafts = samples.map(\.draft)
            let one = try beat.add([drafts[700]], replacing: false, at: .second(7))
            #expect(one == [.added])
            let added = try beat.add(drafts, replacing: false, at: .second(1))
            #expect(added[700] == .exists && added.count { $0 == .added } == 999)
            let live = try beat.liveEntries().map { try LiveEntryText.entry($0).registration }
            #expect(live.count == 1_000)
            let records = try beat.register(live: live, at: .second(9))
            #expect(records.filter { $0?.lastFiring == .second(1) }.count == 999)
        },
    ]

    private static let removing = [
        BrokerClause("of a live entry nothing is sent once it is removed, nor remembered") {
            store in
            let beat = try store.beat()
            let admin = try store.beatAdministration()
            let (entry, other) = (try Sample("e"), try Sample("other"))
            _ = try beat.add([entry.draft, other.draft], replacing: false, at: .second(0))
            let (old, rest) = (try entry.stored(in: beat), try other.stored(in: beat))
            #expect(try beat.take(.mine) == .held)
            #expect(try beat.fire([entry.firing(1, old.version)], under: .mine) == [.sent])
            #expect(try admin.setPaused(entry: "e", true) == true)
            let version = try beat.liveVersion()
            #expect(try beat.remove(live: "e") == .removed)
            #expect(try beat.liveVersion() != version)
            #expect(try beat.remove(live: "e") == .unknown)
            let firings = [entry.firing(2, old.version), other.firing(2, rest.version)]
            #expect(try beat.fire(firings, under: .mine) == [.gone, .sent])
            #expect(try beat.register(live: [old.registration], at: .second(3)) == [nil])
            #expect(try admin.beatEntries().map(\.name) == ["other"])
            #expect(try beat.liveEntry("e") == nil)
            // Added again, it is a new one.
            #expect(try beat.add([entry.draft], replacing: false, at: .second(9)) == [.added])
            #expect(try beat.fire([entry.firing(10, old.version)], under: .mine) == [.gone])
            let new = try entry.stored(in: beat)
            let record = BeatRecord(lastFiring: .second(9))
            #expect(try beat.register(live: [new.registration], at: .second(9)) == [record])
            #expect(try beat.fire([entry.firing(10, new.version)], under: .mine) == [.sent])
        },
        BrokerClause("a live entry that is forgotten begins anew at once") { store in
            let beat = try store.beat()
            let admin = try store.beatAdministration()
            let entry = try Sample("e")
            _ = try beat.add([entry.draft], replacing: false, at: .second(0))
            let old = try entry.stored(in: beat)
            #expect(try beat.take(.mine) == .held)
            // As by a clock that was ahead.
            let distant = entry.firing(3_000_000_000, old.version)
            #expect(try beat.fire([distant], under: .mine) == [.sent])
            #expect(try admin.setPaused(entry: "e", true) == true)
            let version = try beat.liveVersion()
            #expect(try admin.forget(entry: "e"))
            #expect(try beat.liveVersion() != version)
            let known = try #require(try admin.beatEntries().first)
            #expect(known.origin == .live && !known.isPaused && known.record.count == 0)
            #expect(known.schedule == "every 1s" && known.task?.text == "t")
            #expect(known.record.lastFiring < distant.instant)
            let new = try entry.stored(in: beat)
            #expect(new.version != old.version && new.entry.task.text == "t")
            #expect(try beat.register(live: [old, new].map(\.registration), at: .now())[0] == nil)
            #expect(try beat.fire([distant], under: .mine) == [.gone])
        },
    ]

    private static let besideConfigured = [
        BrokerClause("a name that the settings of a tq-beat have is not added, nor removed") {
            store in
            let beat = try store.beat()
            let entry = try Sample("e")
            _ = try beat.register([entry.draft.registration], at: .second(0))
            for replaces in [false, true] {
                let added = try beat.add([entry.draft], replacing: replaces, at: .second(0))
                #expect(added == [.configured])
            }
            #expect(try beat.liveEntries().isEmpty)
            #expect(try beat.remove(live: "e") == .configured)
            #expect(try beat.remove(live: "x") == .unknown)
            let admin = try store.beatAdministration()
            #expect(try admin.beatEntries().map(\.origin) == [.file])
        },
        BrokerClause("an entry of the settings takes the place of a live one of its name") {
            store in
            let beat = try store.beat()
            let admin = try store.beatAdministration()
            let entry = try Sample("e")
            _ = try beat.add([entry.draft], replacing: false, at: .second(0))
            let live = try entry.stored(in: beat)
            #expect(try beat.take(.mine) == .held)
            let known = BeatRecord(lastFiring: .second(0))
            #expect(try beat.register([entry.draft.registration], at: .second(1)) == [known])
            #expect(try beat.fire([entry.firing(1, live.version)], under: .mine) == [.gone])
            #expect(try beat.fire([entry.firing(1, nil)], under: .mine) == [.sent])
            #expect(try admin.beatEntries().map(\.origin) == [.file])
            #expect(try beat.register(live: [live.registration], at: .second(2)) == [nil])
            #expect(try beat.add([entry.draft], replacing: true, at: .second(2)) == [.configured])
            // The settings have it no more, and that is said: the live one is there again.
            let version = try beat.liveVersion()
            #expect(try admin.forget(entry: "e"))
            #expect(try beat.liveVersion() != version)
            #expect(
                try beat.register(live: [live.registration], at: .second(3)) == [
                    BeatRecord(lastFiring: .second(3))
                ]
            )
            #expect(try admin.beatEntries().map(\.origin) == [.live])
            // Taken away beneath one of the settings, it leaves what is remembered of that.
            _ = try beat.register([entry.draft.registration], at: .second(4))
            #expect(try beat.remove(live: "e") == .removed)
            #expect(try beat.remove(live: "e") == .configured)
            #expect(try admin.beatEntries().map(\.origin) == [.file])
        },
    ]
}
