/// What the broker can tell of its queues, and what is remembered.
extension BrokerWithMemory: QueueInspection {
    package var listsAllQueues: Bool { false }

    /// Those that workers serve, and those that are paused.
    package func queueNames() throws(BrokerError) -> [QueueName] {
        let served = try memory.presences().values.flatMap(\.queues)
        return Set(served).union(try memory.pausedQueues()).sorted { $0.text < $1.text }
    }

    package func summaries(of queues: [QueueName]) throws(BrokerError) -> [QueueSummary] {
        let counting = try base.requiring(.queueCounting)
        let paused = try memory.pausedQueues()
        let running = try memory.runningTasks()
        var summaries: [QueueSummary] = []
        for queue in queues {
            summaries.append(
                QueueSummary(
                    queue: queue,
                    waiting: try counting.count(waitingIn: queue),
                    delayed: nil,
                    running: running.count { $0.queue == queue },
                    dead: try base.deadLetterStore?.count(deadOf: queue) ?? 0,
                    oldestAt: nil,
                    isPaused: paused.contains(queue)
                )
            )
        }
        return summaries
    }

    package func workers() throws(BrokerError) -> [WorkerSummary] {
        try memory.presences().sorted { $0.key < $1.key }.map { id, presence in
            WorkerSummary(
                id: id,
                identity: presence.identity,
                queues: presence.queues,
                held: presence.tasks.count,
                leaseEndsAt: presence.seenAt + Lease.length
            )
        }
    }

    /// Celery's workers cannot be seen.
    package func isServed(_ queue: QueueName?) throws(BrokerError) -> Bool { true }

    package func runningTasks() throws(BrokerError) -> [RunningTask] {
        try memory.runningTasks()
    }
}
