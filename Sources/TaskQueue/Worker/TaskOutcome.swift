/// The outcome of running a task.
///
/// It is handed on from step to step: what is large and rare is kept apart.
package enum TaskOutcome: Equatable, Sendable {
    case success(JSONText)
    indirect case failure(TaskFailure, traceback: String?)
    /// A failure that another try would not help: kept with the dead letters.
    indirect case fatal(TaskFailure, traceback: String?)
    /// It asked to be run again; `delay` is its own wish, `nil` the worker's settings.
    indirect case retry(delay: Duration?, TaskFailure, traceback: String?)
    /// Another task runs in its place, under its id.
    indirect case replaced(by: Replacement)
    /// It asked to be put back, for another worker or a better time.
    case putBack
    /// It was not run to its end, for a reason that is not its own: the worker stops, or could not start
    /// it. It goes back to its queue.
    case interrupted
    /// It was not begun: its command or handler is missing or must not be used now. It goes back to its queue
    /// for a while; the reason is reported once.
    case unable(String)
}

extension TaskOutcome {
    /// Whether the task has failed, for good or until it is tried again.
    package var isFailure: Bool {
        switch self {
        case .failure, .fatal, .retry: true
        case .success, .replaced, .putBack, .interrupted, .unable: false
        }
    }

    /// Whether it was not begun, as its command or handler is missing.
    package var isUnable: Bool {
        if case .unable = self { true } else { false }
    }

    /// The outcome, with this traceback where it has none.
    package func adding(traceback new: String?) -> TaskOutcome {
        switch self {
        case .failure(let failure, nil): .failure(failure, traceback: new)
        case .fatal(let failure, nil): .fatal(failure, traceback: new)
        case .retry(let delay, let failure, nil): .retry(delay: delay, failure, traceback: new)
        default: self
        }
    }
}
