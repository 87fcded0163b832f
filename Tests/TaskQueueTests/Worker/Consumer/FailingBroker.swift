import TaskQueue
import TestSupport

/// A broker that can no more than it has to, and fails in one thing.
final class FailingBroker: Broker {
    static let failure = BrokerError.connectionLost(url: "memory:", reason: "as the test wants it")

    enum Fault {
        /// It cannot set messages aside.
        case deadLetter
        /// It is lost when it has stored what was sent.
        case sent
    }

    let kind = "Failing"
    private let broker: MemoryBroker
    private let fault: Fault
    private let failure: BrokerError

    init(
        _ broker: MemoryBroker,
        at fault: Fault = .deadLetter,
        failure: BrokerError = FailingBroker.failure
    ) {
        self.broker = broker
        self.fault = fault
        self.failure = failure
    }

    var holdsResults: Bool { broker.holdsResults }
    var nextDue: Timestamp? { broker.nextDue }

    func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        try broker.send(messages)
        if fault == .sent { throw Self.failure }
    }

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

    func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        if fault == .deadLetter { throw failure }
        return try broker.deadLetter(letters)
    }

    func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try broker.watchArrivals(on: queues)
    }
}
