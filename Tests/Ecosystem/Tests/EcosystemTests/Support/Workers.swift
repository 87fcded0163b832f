import TaskQueueWorker

extension Server {
    /// A worker that takes one task at a time, and none ahead.
    ///
    /// - Parameters:
    ///   - log: what it writes there can be read by the test.
    ///   - queue: from which it takes them.
    ///   - register: adds the handlers.
    /// - Returns: a worker that does not run yet.
    /// - Throws: what ``TaskWorker`` does.
    func worker(
        _ log: LogKeeper,
        queue: String = Server.queue,
        _ register: (inout TaskHandlers) -> Void
    ) throws -> TaskWorker {
        var configuration = TaskWorkerConfiguration()
        configuration.taskQueue = self.configuration
        configuration.queues = [queue]
        configuration.concurrency = 1
        configuration.prefetch = 0
        configuration.logger = log.logger
        return try TaskWorker(configuration) { register(&$0) }
    }

    /// Lends a running worker, and stops it afterwards.
    func withWorker(
        queue: String = Server.queue,
        _ register: (inout TaskHandlers) -> Void,
        _ body: () async throws -> Void
    ) async throws {
        let worker = try worker(LogKeeper(), queue: queue, register)
        let running = Task { try await worker.run() }
        do { try await body() } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        worker.stop()
        try await running.value
    }
}
