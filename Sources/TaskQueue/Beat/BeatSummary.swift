/// How an entry stands, for operators.
package struct BeatSummary: Equatable, Sendable {
    package let name: String
    /// As it is written; empty if that is not known.
    package let schedule: String
    /// The name of the task; `nil` if that is not known.
    package let task: TaskName?
    package let record: BeatRecord
    package let isPaused: Bool

    package init(
        name: String,
        schedule: String,
        task: TaskName?,
        record: BeatRecord,
        isPaused: Bool
    ) {
        self.name = name
        self.schedule = schedule
        self.task = task
        self.record = record
        self.isPaused = isPaused
    }
}
