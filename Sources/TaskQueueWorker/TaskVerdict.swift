/// What becomes of a task whose handler does not return a result; the handler throws it.
///
/// Any other error is a failure, and ends the task unless ``HandlerOptions/retriesErrors`` says
/// otherwise.
public enum TaskVerdict: Error, Equatable {
    /// It is run again, unless it has been tried as often as it may: after a time, or with `nil` after that of the
    /// options or settings; until then it shows the failure.
    case retry(after: Duration? = nil, because: TaskError? = nil)
    /// It has failed, and another try would not help: it is kept with the dead letters.
    case failForGood(TaskError)
    /// This worker does not want it: it goes back to its queue, and may be taken again a second later.
    case reject
}
