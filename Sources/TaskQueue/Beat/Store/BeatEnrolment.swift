/// An entry as a ``BeatStore`` knows it.
package struct BeatEnrolment: Equatable, Sendable {
    package let name: String
    /// Another when the entry fires at other instants: see ``BeatEntry/fingerprint(default:)``.
    package let fingerprint: String
    /// As it is written, for people.
    package let schedule: String
    package let task: TaskName

    package init(name: String, fingerprint: String, schedule: String, task: TaskName) {
        self.name = name
        self.fingerprint = fingerprint
        self.schedule = schedule
        self.task = task
    }

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
