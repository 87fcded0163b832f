package import TaskQueue

/// One place where tasks and results are kept, empty at first, as the clauses of the contracts see it:
/// they open as many connections to it as they like.
package struct TaskStore: Sendable {
    /// What its brokers can: of the clauses that need more, none is checked.
    package let capabilities: Set<Capability>
    /// Opens a connection of the worker with an id; its results are kept for ever.
    private let openBroker: @Sendable (_ worker: String) throws -> any Broker
    /// Opens a connection whose results are kept for a time; `nil`: for ever.
    private let openResults: @Sendable (_ lifetime: Duration?) throws -> any ResultBackend
    /// What can be done to the leases of its workers.
    package let leases: LeaseControl
    /// The dead letters of a queue, the oldest first.
    package let deadLetters: @Sendable (_ queue: QueueName) async throws -> [FoundDeadLetter]

    package init(
        capabilities: Set<Capability>,
        broker: @escaping @Sendable (_ worker: String) throws -> any Broker,
        results: @escaping @Sendable (_ lifetime: Duration?) throws -> any ResultBackend,
        leases: LeaseControl,
        deadLetters: @escaping @Sendable (_ queue: QueueName) async throws -> [FoundDeadLetter]
    ) {
        self.capabilities = capabilities
        openBroker = broker
        openResults = results
        self.leases = leases
        self.deadLetters = deadLetters
    }

    func broker(_ worker: String = "worker") throws -> any Broker { try openBroker(worker) }

    /// A connection as the heartbeat of a worker has it.
    func keeper(_ worker: String = "worker") throws -> any LeaseKeeper {
        try openBroker(worker).requiring(.leaseKeeper)
    }

    /// A connection for an operator.
    func administration() throws -> Operator { Operator(try openBroker("operator")) }

    func results(_ lifetime: Duration? = nil) throws -> any ResultBackend {
        try openResults(lifetime)
    }
}
