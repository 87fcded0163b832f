import TaskQueue
import TestSupport

/// A broker that cannot set messages aside.
final class FailingBroker: Broker {
    static let failure = BrokerError.connectionLost(url: "memory:", reason: "as the test wants it")

    private let broker: MemoryBroker

    init(_ broker: MemoryBroker) {
        self.broker = broker
    }

    var holdsResults: Bool { broker.holdsResults }
    var nextDue: Timestamp? { broker.nextDue }

    func send(_ messages: [OutgoingMessage]) throws(BrokerError) { try broker.send(messages) }

    var suspectsLeft: SuspectsLeft { broker.suspectsLeft }

    func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        try broker.receive(from: queues, upTo: limit, in: solitude)
    }

    func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try broker.finish(tasks)
    }

    func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        try broker.report(reports)
    }

    func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        try broker.requeue(tasks)
    }

    func setAside(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] { throw Self.failure }

    func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try broker.watchArrivals(on: queues)
    }
}
