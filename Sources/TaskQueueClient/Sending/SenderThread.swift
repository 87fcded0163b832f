internal import TaskQueue

/// What sends tasks and revokes them: a thread with a connection of its own does both.
///
/// What is handed in while it is busy goes in one step.
final class SenderThread: Sendable {
    /// A task that was accepted.
    struct Receipt: Sendable {
        /// The task that holds its key, if another does.
        let id: TaskID
        let isNew: Bool
        let keepsResult: Bool
    }

    private let queue: RequestQueue<SendingRequest>

    init(_ setup: ClientSetup) throws(TaskQueueError) {
        queue = try RequestQueue { queue in
            var worker = SendingWorker(setup)
            while true {
                let (requests, isStopped) = queue.take()
                worker.carryOut(requests)
                // What was ordered is done before the end.
                if requests.isEmpty, isStopped { return }
                if requests.isEmpty { queue.wait() }
            }
        }
    }

    /// Sends tasks, in their order.
    ///
    /// - Returns: of each what became of it.
    func send(_ drafts: [TaskDraft]) async throws(TaskQueueError) -> [Receipt] {
        guard !drafts.isEmpty else { return [] }
        if Task.isCancelled { throw .cancelledBefore }
        let reply = Reply<[Receipt]>()
        try queue.add(.send(drafts, reply))
        return try await reply.wait().get()
    }

    /// - Returns: whether the task had not ended before.
    func revoke(_ id: TaskID) async throws(TaskQueueError) -> Bool {
        if Task.isCancelled { throw .cancelledBefore }
        let reply = Reply<Bool>()
        try queue.add(.revoke(id, reply))
        return try await reply.wait().get()
    }

    func stop() { queue.stop() }

    func end() async { await queue.end() }
}
