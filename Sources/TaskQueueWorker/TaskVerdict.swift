/// What is to become of a task that its handler does not end with a result: thrown by the handler.
///
/// Any other error is a failure; that is the end of the task, unless ``HandlerOptions/retriesErrors`` says
/// otherwise.
public enum TaskVerdict: Error, Equatable {
    /// It is run again, unless it has been as often as it may: after a time, `nil` for that of the options
    /// or settings, and with a failure to show until then.
    case retry(after: Duration? = nil, because: TaskError? = nil)
    /// It has failed, and another try would not help: it is kept with the dead letters.
    case failForGood(TaskError)
    /// This worker does not want it: it goes back to its queue, and is taken again a second later.
    case reject
}
