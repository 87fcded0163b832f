internal import TaskQueue

/// What is asked for results: a thread with a connection of its own waits for all of them at once.
final class ResultThread: Sendable {
    private let queue: RequestQueue<ResultRequest>
    /// A hundred years: the clock's arithmetic traps on what is far longer.
    private static let longestSleep: Duration = .seconds(100 * 365 * 86_400)

    init(_ setup: ClientSetup) throws(TaskQueueError) {
        queue = try RequestQueue { queue in
            let worker = ResultWorker(setup)
            while true {
                let (requests, isStopped) = queue.take()
                worker.carryOut(requests)
                if isStopped { return worker.end() }
                worker.wait(for: queue)
            }
        }
    }

    /// Waits for the end of a task.
    ///
    /// - Parameters:
    ///   - id: of the task.
    ///   - isExpected: whether it was sent: then nothing being known of it means that it has ended.
    ///   - timeout: `nil`: as long as it takes; zero looks once.
    /// - Returns: its final record.
    /// - Throws: ``TaskQueueError``.
    func result(
        of id: TaskID,
        isExpected: Bool,
        timeout: Duration?
    ) async throws(TaskQueueError) -> StoredResult {
        if let timeout, timeout <= .zero { return try await resultByNow(of: id) }
        let reply = Reply<StoredResult>()
        let listener = ResultListener(isExpected: isExpected) { reply.give($0) }
        try queue.add(.listen(id, listener))
        let timer = timeout.map { timeout in
            Task {
                let time = min(timeout, Self.longestSleep)
                // Cancelled: the answer has come first.
                guard (try? await Task.sleep(for: time)) != nil else { return }
                reply.give(.failure(.timedOut(id, after: timeout)))
            }
        }
        let answer = await reply.wait()
        timer?.cancel()
        if case .failure(let error) = answer, [.timedOut, .cancelled].contains(error.kind) {
            leave(id, listener)
        }
        return try answer.get()
    }

    private func resultByNow(of id: TaskID) async throws(TaskQueueError) -> StoredResult {
        guard case .stored(let record) = try await status(of: id), record.state.isFinal else {
            throw TaskQueueError(.timedOut, "task \(id) has not ended")
        }
        return record
    }

    /// The records of a task that has not ended, the last of those that come faster than they are read; it
    /// ends when the task does.
    func progress(
        of id: TaskID,
        isExpected: Bool
    ) -> AsyncThrowingStream<StoredResult, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let listener = ResultListener(isExpected: isExpected) {
                continuation.yield($0)
            } onEnd: { answer in
                switch answer {
                case .success: continuation.finish()
                case .failure(let error): continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { [self] reason in
                if case .cancelled = reason { leave(id, listener) }
            }
            do throws(TaskQueueError) { try queue.add(.listen(id, listener)) } catch {
                continuation.finish(throwing: error)
            }
        }
    }

    func status(of id: TaskID) async throws(TaskQueueError) -> ResultStatus {
        if Task.isCancelled { throw .cancelledBefore }
        let reply = Reply<ResultStatus>()
        try queue.add(.fetch(id, reply))
        return try await reply.wait().get()
    }

    func forget(_ id: TaskID) async throws(TaskQueueError) {
        if Task.isCancelled { throw .cancelledBefore }
        let reply = Reply<Void>()
        try queue.add(.forget(id, reply))
        try await reply.wait().get()
    }

    func stop() { queue.stop() }

    func end() async { await queue.end() }

    private func leave(_ id: TaskID, _ listener: ResultListener) {
        // A thread that has ended has forgotten it.
        try? queue.add(.leave(id, listener))
    }
}
