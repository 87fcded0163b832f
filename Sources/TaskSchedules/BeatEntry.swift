package import TaskQueue

/// One entry of `tq-beat`: a task and when it is sent.
package struct BeatEntry: Sendable {
    /// By which its state is kept: unique among all entries.
    package let name: String
    /// Where it is written, for messages about it.
    package let place: SettingsPlace
    /// `schedule`, with `crontab_semantics` and `offset`.
    package let schedule: Schedule
    /// ``schedule`` as it is written, for people, and to see whether it was changed.
    package var scheduleText = ""
    /// What is sent.
    package let task: TaskName
    /// `args` and `kwargs`.
    package var arguments = TaskArguments()
    /// `queue`, `expires` and `options`; a length of time counts from when a firing is sent.
    package var options = TaskOptions()
    /// `timezone`, for a crontab line; `nil` for the settings' own, or the system's.
    package var timezone: LocalTimeZone?
    /// `dst_gap` and `dst_overlap`.
    package var clockChanges = ClockChangeRule()
    /// `jitter`: a firing is put off by a length below this; zero for none.
    package var jitter = Duration.zero
    /// `catch_up`.
    package var catchUp = CatchUp.once
    /// `overlap`.
    package var overlap = Overlap.allow
    /// `until`: no firing after it; `nil` for ever.
    package var until: Timestamp?
    /// `count`, above zero: no firing after so many; `nil` for ever.
    package var count: Int?
    /// `enabled`.
    package var isEnabled = true

    /// What is sent of the firings that nobody was there for.
    package enum CatchUp: String, Sendable, CaseIterable {
        /// None of them, as cron.
        case skip
        /// The last of them, as Celery.
        case once
        case all
    }

    /// What becomes of a firing while the task of the one before has not finished.
    package enum Overlap: String, Sendable, CaseIterable {
        /// It is sent as well.
        case allow
        /// It is left out.
        case skip
    }

    package init(name: String, place: SettingsPlace, schedule: Schedule, task: TaskName) {
        self.name = name
        self.place = place
        self.schedule = schedule
        self.task = task
    }
}

extension BeatEntry {
    /// What is sent each time.
    package var draft: TaskDraft {
        var draft = TaskDraft(task, arguments, options)
        draft.options.shared.isPeriodic = true
        if overlap == .skip { draft.options.shared.unique = UniqueHold("beat:\(name)") }
        return draft
    }

    /// The same as long as the entry fires at the same instants.
    ///
    /// - Parameter zone: for an entry without one of its own.
    /// - Returns: a short text, by which others see that the entry was changed.
    package func fingerprint(default zone: LocalTimeZone) -> String {
        guard isEnabled else { return "disabled" }
        var parts = [scheduleText]
        if case .crontab = schedule {
            parts += [
                (timezone ?? zone).name ?? "", clockChanges.gap.rawValue,
                clockChanges.overlap.rawValue,
            ]
        }
        return SHA1.shortText(parts.joined(separator: "\n"))
    }

    /// The entry's firings, by the zone database as it is now.
    ///
    /// - Parameters:
    ///   - zone: for an entry without one of its own.
    ///   - rules: of a zone; asked for a crontab line only.
    /// - Returns: another value once the rules of the zone have changed.
    /// - Throws: ``TimeZoneError``.
    package func timetable(
        default zone: LocalTimeZone,
        rules: (LocalTimeZone) throws(TimeZoneError) -> TimeZoneRules
    ) throws(TimeZoneError) -> Timetable {
        guard case .crontab = schedule else { return Timetable(schedule, in: .utc) }
        return Timetable(schedule, in: try rules(timezone ?? zone), clockChanges)
    }
}

extension BeatRegistration {
    /// - Parameters:
    ///   - entry: what is to be known.
    ///   - zone: for an entry without one of its own.
    package init(_ entry: BeatEntry, default zone: LocalTimeZone) {
        self.init(
            name: entry.name,
            fingerprint: entry.fingerprint(default: zone),
            schedule: entry.scheduleText,
            task: entry.task
        )
    }
}
