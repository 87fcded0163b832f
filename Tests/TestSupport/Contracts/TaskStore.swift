package import TaskQueue

/// One place where tasks and results are kept, empty at first, as the clauses of the contracts see it:
/// they open as many connections to it as they like.
package struct TaskStore: Sendable {
    /// What its brokers can: of the clauses that need more, none is checked.
    package let capabilities: Set<Capability>
    package let habits: BrokerHabits
    /// Opens a connection of the worker with an id; its results are kept for ever.
    private let openBroker: @Sendable (_ worker: String) throws -> any Broker
    /// Opens a connection whose results are kept for a time; `nil`: for ever.
    private let openResults: @Sendable (_ lifetime: Duration?) throws -> any ResultBackend
    private let hold: TaskHold
    /// The dead letters of a queue, the oldest first.
    package let deadLetters: @Sendable (_ queue: QueueName) async throws -> [FoundDeadLetter]

    package init(
        capabilities: Set<Capability>,
        habits: BrokerHabits = BrokerHabits(),
        broker: @escaping @Sendable (_ worker: String) throws -> any Broker,
        results: @escaping @Sendable (_ lifetime: Duration?) throws -> any ResultBackend,
        heldBy hold: TaskHold,
        deadLetters: @escaping @Sendable (_ queue: QueueName) async throws -> [FoundDeadLetter]
    ) {
        self.capabilities = capabilities
        self.habits = habits
        openBroker = broker
        openResults = results
        self.hold = hold
        self.deadLetters = deadLetters
    }

    /// What can be done to the leases of its workers.
    var leases: LeaseControl {
        get throws {
            guard case .leases(let control) = hold else { throw Unexpected(what: "no leases") }
            return control
        }
    }

    /// What can be done to the connections of its workers; `nil`: they are not their leases.
    var connections: ConnectionControl? {
        if case .connections(let control) = hold { control } else { nil }
    }

    func broker(_ worker: String = "worker") throws -> any Broker { try openBroker(worker) }

    /// A connection as the heartbeat of a worker has it.
    func keeper(_ worker: String = "worker") throws -> any LeaseKeeper {
        try openBroker(worker).requiring(.leaseKeeper)
    }

    /// A connection for an operator.
    func administration() throws -> Operator { Operator(try openBroker("operator")) }

    /// Whether nothing is known of what came of a task.
    func hasNoRecord(of id: TaskID) throws -> Bool {
        if case .stored = try results().fetch([id])[0] { false } else { true }
    }

    func results(_ lifetime: Duration? = nil) throws -> any ResultBackend {
        try openResults(lifetime)
    }
}

/// A clause asks for what its store has not.
private struct Unexpected: Error {
    let what: String
}
