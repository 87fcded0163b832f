package import TaskQueue
internal import TaskSchedules
package import TaskSettings

/// Reads the tables of entries that are kept in the broker: `[beat_schedule.NAME]`, as in `beat.d`.
package enum LiveEntryText {
    /// Reads what is to be added.
    ///
    /// - Parameters:
    ///   - bytes: any number of tables.
    ///   - file: for messages.
    ///   - zone: the zone of entries that name none.
    ///   - hint: what to say of an unknown key that resembles no other; `nil`: the same as in a file.
    /// - Returns: the entries, each name once, and for each a text that says the same on any machine.
    /// - Throws: ``SettingsError``.
    package static func drafts(
        _ bytes: [UInt8],
        of file: String,
        zone: LocalTimeZone,
        hint: String? = nil
    ) throws(SettingsError) -> [LiveDraft] {
        var drafts: [LiveDraft] = []
        for item in try tables(bytes, of: file) {
            drafts.append(try draft(item, zone, hint))
        }
        return drafts
    }

    private static func draft(
        _ item: SettingsItem,
        _ zone: LocalTimeZone,
        _ hint: String?
    ) throws(SettingsError) -> LiveDraft {
        var entry =
            if let hint {
                try BeatTable.entry(item, zone: zone, hint: hint)
            } else {
                try BeatTable.entry(item, zone: zone)
            }
        guard case .table(var table) = item.value.content else { throw item.wrongType("a table") }
        if case .crontab = entry.schedule, entry.timezone == nil, let name = zone.knownName {
            entry.timezone = try? LocalTimeZone(named: name)
            table = table.setting("timezone", to: .string(name))
        }
        if let until = entry.until {
            table = table.setting("until", to: .dateTime(until.iso8601))
            try refuseUnlessItFires(entry, item, until)
        }
        let text = text(entry.name, table)
        guard text.utf8.count <= longest else {
            throw item.badValue("an entry in the broker has at most \(longest) bytes")
        }
        return LiveDraft(live(entry), text: text)
    }

    /// Of one entry, in bytes.
    private static let longest = 65_536

    /// Reads what is to be added from a file, which `name` calls in messages.
    package static func drafts(
        in file: String,
        called name: String,
        zone: LocalTimeZone
    ) throws(SettingsError) -> [LiveDraft] {
        let contents: FileContents
        do throws(FileContentsError) {
            contents = try FileContents(file, limit: SettingsFile.longest)
        } catch {
            throw .unreadable(file: name, reason: error.description)
        }
        return try drafts(contents.bytes, of: name, zone: zone)
    }

    /// Reads what is kept.
    ///
    /// - Throws: ``SettingsError``, as for one that a later version wrote.
    package static func entry(_ stored: StoredLiveEntry) throws(SettingsError) -> LiveEntry {
        let file = "entry \(stored.name)"
        // Whoever may write the broker's keys could keep each reader busy with one.
        guard stored.text.utf8.count <= longest else {
            throw .unreadable(file: file, reason: "it is longer than \(longest) bytes")
        }
        let tables = try tables(Array(stored.text.utf8), of: file)
        guard tables.count == 1, tables[0].name == stored.name else {
            throw .unreadable(file: file, reason: "it is not one table of that name")
        }
        let entry = try BeatTable.entry(
            tables[0],
            zone: .system,
            hint: "a later version may have added it"
        )
        return LiveEntry(live(entry), version: stored.version)
    }

    /// One that goes by no reader's settings.
    private static func live(_ entry: BeatEntry) -> BeatEntry {
        guard case .crontab = entry.schedule, entry.timezone == nil else { return entry }
        var entry = entry
        entry.timezone = .system
        return entry
    }

    private static func tables(
        _ bytes: [UInt8],
        of file: String
    ) throws(SettingsError) -> [SettingsItem] {
        let document: TOMLTable
        do throws(TOMLError) { document = try TOMLReader.read(bytes) } catch {
            throw .syntax(file: file, error)
        }
        var tables: [SettingsItem] = []
        for item in SettingsItem.items(of: document, file: file, folder: "") {
            guard item.name == "beat_schedule" else {
                throw .unknownKey(
                    item.place,
                    hint: "entries are tables [beat_schedule.NAME] and nothing else"
                )
            }
            tables += try item.members()
        }
        return tables
    }

    /// Adding an entry that is already over is a mistake.
    private static func refuseUnlessItFires(
        _ entry: BeatEntry,
        _ item: SettingsItem,
        _ until: Timestamp
    ) throws(SettingsError) {
        guard entry.isEnabled else { return }
        let timetable = try? entry.timetable(default: .system) { place throws(TimeZoneError) in
            try ZoneDatabase.system.rules(of: place)
        }
        guard let timetable else { return }
        guard let next = timetable.next(after: .now()), next <= until else {
            let setting = try item.members().first { $0.name == "until" } ?? item
            throw setting.badValue("it is over before \"\(entry.scheduleText)\" fires again")
        }
    }

    private static func text(_ name: String, _ table: TOMLTable) -> String {
        var writer = TOMLWriter()
        writer.table(["beat_schedule", name], table)
        return writer.text
    }
}
