/// What a ``TaskRunner`` tells of a run.
package enum RunEvent: Equatable, Sendable {
    /// How far it is: any value, as Celery's `update_state(meta=…)`.
    case progress(RunID, JSONText)
    /// What came out, and how long the task itself took: zero if it was not begun.
    case ended(RunID, TaskOutcome, after: Duration)
    /// A task could not be started for want of processes, descriptors or memory: no more should be taken
    /// for a while.
    case shortage(String)
}
