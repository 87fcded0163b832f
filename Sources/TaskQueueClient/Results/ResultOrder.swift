internal import TaskQueue

/// What is asked at a ``ResultDesk``.
enum ResultOrder: Sendable {
    case listen(TaskID, ResultListener)
    /// The listener waits no more.
    case leave(TaskID, ResultListener)
    case fetch(TaskID, Reply<ResultStatus>)
    case forget(TaskID, Reply<Void>)
}
