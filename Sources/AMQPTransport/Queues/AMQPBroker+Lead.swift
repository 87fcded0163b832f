package import TaskQueue

/// Who leads is the exclusive consumer of a queue in which there is nothing.
extension AMQPBroker: LeaderElection {
    package func lead(_ group: String) throws(BrokerError) -> Bool {
        try tend()
        guard !isLeading else { return true }
        isLeading = try reporting { () throws(AMQPFailure) in
            let queue = Self.lead(group)
            guard try connection.countConsumers(of: queue, expiresAfter: Self.memory) == 0 else {
                return false
            }
            // If another is faster, the server refuses this, and the connection is of no use any more.
            try connection.consume(queue, as: queue, isExclusive: true)
            return true
        }
        return isLeading
    }

    /// How long the queue stays that nobody consumes.
    private static let memory: Duration = .seconds(3600)

    package func resign(_ group: String) throws(BrokerError) {
        guard isLeading else { return }
        isLeading = false
        try reporting { () throws(AMQPFailure) in try connection.cancel(Self.lead(group)) }
    }

    static func lead(_ group: String) -> String { "tq.beat.\(group)" }
}
