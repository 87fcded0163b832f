/// How an entry stands, for operators.
package struct BeatSummary: Equatable, Sendable {
    /// Where an entry comes from.
    package enum Origin: String, Sendable {
        /// The settings of a `tq-beat`, or a crontab file.
        case file
        /// It was added while `tq-beat` runs.
        case live
    }

    package let name: String
    /// As it is written; empty if that is not known.
    package let schedule: String
    /// The name of the task; `nil` if that is not known.
    package let task: TaskName?
    package let record: BeatRecord
    package let isPaused: Bool
    package let origin: Origin

    package init(
        name: String,
        schedule: String,
        task: TaskName?,
        record: BeatRecord,
        isPaused: Bool,
        origin: Origin
    ) {
        self.name = name
        self.schedule = schedule
        self.task = task
        self.record = record
        self.isPaused = isPaused
        self.origin = origin
    }
}
