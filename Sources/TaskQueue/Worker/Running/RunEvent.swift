/// What a ``TaskRunner`` reports about a run.
package enum RunEvent: Equatable, Sendable {
    /// How far it is: any value, as Celery's `update_state(meta=…)`.
    case progress(RunID, JSONText)
    /// The outcome, and how long the task itself took: zero if it was not begun.
    case ended(RunID, TaskOutcome, after: Duration)
    case remark(RunID, RunRemark)
    /// The guard of the commands was killed; whether there is another in its place.
    case guardLost(isReplaced: Bool)
    /// A task could not be started for lack of processes, descriptors or memory: no more should be taken
    /// for a while.
    case shortage(String)
    /// It has ended as far as the worker is concerned, and goes on all the same: nothing can end a handler
    /// from outside. Reported before its end.
    case leftBehind(RunID)
    /// Running tasks take long, and nothing behind them was begun: this many tasks end as interrupted.
    case stalled(waiting: Int)
    /// All slots are held by handlers that wait for other tasks.
    case held(slots: Int)
    /// No thread has begun what was started: this many tasks end as interrupted.
    case starved(waiting: Int)
    /// There are threads again.
    case relieved
}
