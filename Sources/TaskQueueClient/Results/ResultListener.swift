internal import TaskQueue

/// One who waits for a task; it is told on another thread.
final class ResultListener: Sendable {
    /// Whether the client has sent the task: nothing being known of it means that it has ended.
    let isExpected: Bool
    /// Is given records that are not final; `nil`: nobody is told of them.
    let onProgress: (@Sendable (StoredResult) -> Void)?
    /// Is given the final record, or why there will be none; once.
    let onEnd: @Sendable (Result<StoredResult, TaskQueueError>) -> Void

    init(
        isExpected: Bool,
        onProgress: (@Sendable (StoredResult) -> Void)? = nil,
        onEnd: @escaping @Sendable (Result<StoredResult, TaskQueueError>) -> Void
    ) {
        self.isExpected = isExpected
        self.onProgress = onProgress
        self.onEnd = onEnd
    }
}
