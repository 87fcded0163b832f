package import TaskQueue
package import TaskSchedules

/// A table `[beat_schedule.NAME]` while it is read: what it means is known once all its keys are.
package struct BeatTable {
    var task: TaskName?
    var schedule: SettingsItem?
    var semantics = CrontabSemantics.cron
    var semanticsItem: SettingsItem?
    var offset: SettingsItem?
    var until: SettingsItem?
    var arguments = TaskArguments()
    var options = TaskOptions()
    var timezone: SettingsItem?
    var clockChanges = ClockChangeRule()
    var gapItem: SettingsItem?
    var overlapItem: SettingsItem?
    var jitter: Duration?
    var catchUp: BeatEntry.CatchUp?
    var overlap: BeatEntry.Overlap?
    var count: Int?
    var isEnabled: Bool?
}

extension BeatTable {
    /// Reads one entry of `beat_schedule`.
    ///
    /// - Parameters:
    ///   - item: the table.
    ///   - zone: for an `until` without an offset where the entry has no `timezone`;
    ///     `nil` for the system's.
    ///   - hint: what to say of an unknown key that resembles no other.
    /// - Returns: an entry with a task and a schedule that can fire.
    /// - Throws: ``SettingsError``.
    package static func entry(
        _ item: SettingsItem,
        zone: LocalTimeZone?,
        hint: String = "a name with a dot needs quotes, as in [beat_schedule.\"report.daily\"]"
    ) throws(SettingsError) -> BeatEntry {
        guard !item.name.isEmpty, item.name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw item.badValue("an entry's name is not empty and has no control characters")
        }
        var table = BeatTable()
        try SettingsKey.read(
            item.members(),
            by: keys,
            hint: hint,
            into: &table
        )
        return try table.entry(item, zone)
    }

    private func entry(
        _ item: SettingsItem,
        _ zone: LocalTimeZone?
    ) throws(SettingsError) -> BeatEntry {
        guard let task else { throw item.badValue("it names no task: add task = \"NAME\"") }
        guard let schedule else {
            throw item.badValue("it has no schedule: add schedule = \"@daily\" or another")
        }
        var entry = BeatEntry(
            name: item.name,
            place: item.place,
            schedule: try parsed(schedule),
            task: task
        )
        entry.scheduleText = scheduleText(schedule)
        try refuseUseless(entry.schedule)
        entry.arguments = arguments
        entry.options = options
        entry.timezone = try timezone?.timeZone()
        entry.clockChanges = clockChanges
        entry.jitter = jitter ?? entry.jitter
        entry.catchUp = catchUp ?? entry.catchUp
        entry.overlap = overlap ?? entry.overlap
        entry.until = try until?.instant(in: entry.timezone ?? zone ?? .system)
        entry.count = count
        entry.isEnabled = isEnabled ?? entry.isEnabled
        return entry
    }

    /// With all that changes when it fires.
    private func scheduleText(_ item: SettingsItem) -> String {
        var text =
            switch item.value.content {
            case .string(let text):
                text.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
            case .integer(let seconds): "every \(seconds)s"
            case .float(let seconds): "every \(seconds)s"
            default: ""
            }
        if let length = try? offset?.duration() {
            text += " offset \(DurationText.format(length))"
        }
        if semantics == .celery { text += " (celery)" }
        return text
    }

    private func parsed(_ item: SettingsItem) throws(SettingsError) -> Schedule {
        let schedule = try item.schedule(semantics)
        guard let offset else { return schedule }
        guard case .interval(let interval) = schedule else {
            throw offset.badValue("only an interval such as \"every 1h\" has an offset")
        }
        let length = try offset.duration()
        do throws(ScheduleError) { return .interval(try interval.moved(by: length)) } catch {
            throw offset.badValue(error.description)
        }
    }

    /// Refuses what would have no effect: only a crontab line is read in a zone.
    private func refuseUseless(_ schedule: Schedule) throws(SettingsError) {
        if case .crontab = schedule { return }
        for item in [semanticsItem, timezone, gapItem, overlapItem].compactMap(\.self) {
            // It is also the zone of an `until`.
            if item.name == "timezone", until != nil { continue }
            throw item.badValue("it has no effect: only a crontab line is read on a clock")
        }
    }
}
