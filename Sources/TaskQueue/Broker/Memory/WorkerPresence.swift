/// Tells of a worker whose broker keeps no leases, in the manner of one: nothing is held by it.
package final class WorkerPresence: LeaseKeeper {
    private let memory: FleetMemory
    private let worker: String
    private let identity: WorkerIdentity
    private let tasks: TasksInHand

    /// - Parameters:
    ///   - memory: over a connection of its own.
    ///   - worker: its id.
    ///   - identity: for people.
    ///   - tasks: what it runs.
    package init(
        in memory: FleetMemory,
        of worker: String,
        _ identity: WorkerIdentity,
        running tasks: TasksInHand
    ) {
        (self.memory, self.worker, self.identity, self.tasks) = (memory, worker, identity, tasks)
    }

    package func renewLease(
        holding tags: [String],
        serving queues: [QueueName]
    ) throws(BrokerError) -> Bool {
        let now = Timestamp.now()
        let record = PresenceRecord(
            identity,
            serving: queues,
            running: tasks.running(tags, by: worker, at: now),
            at: now
        )
        try memory.present(worker, record)
        return true
    }

    package func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)] { [] }

    package func requeueAllBut(_ tags: [String]) throws(BrokerError) {}

    package func releaseLease(serving queues: [QueueName]) throws(BrokerError) {
        try memory.leave(worker)
    }
}
