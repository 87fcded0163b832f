public import TaskQueueClient

extension TaskContext {
    /// Sends a task; the same as without the label.
    @discardableResult
    public func send<Request: TaskRequest>(
        _ request: Request,
        options: SendOptions
    ) async throws(TaskQueueError) -> SentTask<Request.Output> {
        try await send(request, options)
    }

    /// Sends many tasks at once; the same as without the label.
    @discardableResult
    public func send<Request: TaskRequest>(
        _ requests: [Request],
        options: SendOptions
    ) async throws(TaskQueueError) -> [SentTask<Request.Output>] {
        try await send(requests, options)
    }
}
