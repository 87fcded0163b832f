internal import TaskBeat
internal import TaskQueue
internal import TaskSchedules
internal import TaskSettings

/// Texts that people write: settings, live entries of the broker, crontab files.
enum SettingsTarget {
    static func readTOML(_ bytes: [UInt8]) {
        guard let table = try? TOMLReader.read(bytes) else { return }
        for entry in table.entries { expect(entry.line > 0, "a key stands on no line") }
        guard let drafts = try? LiveEntryText.drafts(bytes, of: "f", zone: .system) else { return }
        for draft in drafts {
            let stored = StoredLiveEntry(name: draft.entry.name, version: 1, text: draft.text)
            expect(
                (try? LiveEntryText.entry(stored)) != nil,
                "an entry is not read as it was written"
            )
            look(draft.entry)
        }
    }

    static func readCrontab(_ bytes: [UInt8]) {
        guard let entries = try? CrontabFile.entries(bytes, file: "f") else { return }
        for entry in entries.prefix(3) { look(entry) }
    }

    private static func look(_ entry: BeatEntry) {
        let rules = TimeZoneRules(fixedOffset: 3600)
        let table = try? entry.timetable(default: .system) { (_) throws(TimeZoneError) in rules }
        guard let table else { return }
        let start = Timestamp(microseconds: 1_798_131_600_000_000)
        let firings = table.firings(after: start, through: .latest, limit: 3)
        expect(
            firings == firings.sorted() && firings.allSatisfy { $0 > start },
            "a firing is not later"
        )
    }
}
