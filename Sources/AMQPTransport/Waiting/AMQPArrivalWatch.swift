internal import TaskQueue

/// Tells that the server has sent tasks of some queues.
final class AMQPArrivalWatch: ArrivalWatch {
    private let broker: AMQPBroker
    private let queues: [QueueName]

    init(_ broker: AMQPBroker, _ queues: [QueueName]) {
        self.broker = broker
        self.queues = queues
    }

    var descriptors: [Int32] { [broker.descriptor] }

    /// What has been read already wakes nobody; what waits for the worker to be by itself, or to want it, should not.
    var longestWait: Duration? {
        let hasNews =
            broker.wanted > 0 && !broker.arrived.isEmpty && broker.suspectsLeft != .toThis
        return hasNews || broker.connection.hasInput || broker.isInterrupted ? .zero : nil
    }

    func clear() throws(BrokerError) { try broker.tend() }

    func resume(upTo limit: Int) throws(BrokerError) {
        try broker.reporting { () throws(AMQPFailure) in
            try broker.allow(max(limit, 1), from: queues)
        }
    }

    func suspend() throws(BrokerError) { try broker.suspendArrivals() }
}
