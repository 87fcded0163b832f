/// A worker that has a lease, as an operator sees it.
package struct WorkerSummary: Equatable, Sendable {
    /// Of its lease, and of what it holds.
    package let id: String
    /// `nil`: it has not said.
    package let identity: WorkerIdentity?
    /// From which it takes tasks; empty if it has not said.
    package let queues: [QueueName]
    /// How many tasks are in its hands.
    package var held: Int
    /// When it counts as dead if nothing more is heard of it.
    package let leaseEndsAt: Timestamp

    package init(
        id: String,
        identity: WorkerIdentity?,
        queues: [QueueName],
        held: Int,
        leaseEndsAt: Timestamp
    ) {
        self.id = id
        self.identity = identity
        self.queues = queues
        self.held = held
        self.leaseEndsAt = leaseEndsAt
    }

    /// When it was heard of last.
    package var seenAt: Timestamp { leaseEndsAt - Lease.length }
}
