internal import TaskQueue

/// A wait for one task; it is answered on another thread.
final class ResultListener: Sendable {
    /// Whether the client has sent the task: nothing being known of it means that it has ended.
    let isExpected: Bool
    /// Gets records that are not final; `nil`: nobody wants them.
    let onProgress: (@Sendable (StoredResult) -> Void)?
    /// Gets the final record, or the reason why there will not be one; called once.
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
