internal import TaskQueue

/// What is asked of a ``ResultThread``.
enum ResultRequest: Sendable {
    case listen(TaskID, ResultListener)
    /// The listener waits no more.
    case leave(TaskID, ResultListener)
    case fetch(TaskID, Reply<ResultStatus>)
    case forget(TaskID, Reply<Void>)
}
