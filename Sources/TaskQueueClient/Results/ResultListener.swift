internal import TaskQueue

/// One who waits for a task; it is told on another thread.
final class ResultListener: Sendable {
    /// Is given records that are not final; `nil`: nobody is told of them.
    let onProgress: (@Sendable (StoredResult) -> Void)?
    /// Is given the final record, or why there will be none; once.
    let onEnd: @Sendable (Result<StoredResult, TaskQueueError>) -> Void

    init(
        onProgress: (@Sendable (StoredResult) -> Void)? = nil,
        onEnd: @escaping @Sendable (Result<StoredResult, TaskQueueError>) -> Void
    ) {
        self.onProgress = onProgress
        self.onEnd = onEnd
    }
}
