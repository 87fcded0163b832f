/// What came out of running a task.
package enum TaskOutcome: Equatable, Sendable {
    case success(JSONText)
    case failure(TaskFailure, traceback: String?)
    /// A failure that no other try will mend: kept with the dead letters.
    case fatal(TaskFailure, traceback: String?)
    /// It asked to be run again; `delay` is its own wish, `nil` the worker's settings.
    case retry(delay: Duration?, TaskFailure, traceback: String?)
    /// The worker stopped it: it goes back to its queue.
    case interrupted
}
