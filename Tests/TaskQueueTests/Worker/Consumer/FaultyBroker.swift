import TestSupport

@testable import TaskQueue

/// A connection to a memory store that fails when a test wants it to.
final class FaultyBroker: Broker {
    let kind = "Faulty"
    private let broker: MemoryBroker
    private let faults: Faults

    init(_ broker: MemoryBroker, _ faults: Faults) {
        self.broker = broker
        self.faults = faults
    }

    var holdsResults: Bool { broker.holdsResults }
    var nextDue: Timestamp? { broker.nextDue }
    var suspectsLeft: SuspectsLeft { broker.suspectsLeft }

    func send(_ messages: [OutgoingMessage]) throws(BrokerError) { try broker.send(messages) }

    func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        try faults.pass("receive", .before)
        let deliveries = try broker.receive(from: queues, upTo: limit, in: solitude)
        try faults.pass("receive", .after)
        return deliveries
    }

    func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try faults.pass("finish", .before)
        let lost = try broker.finish(tasks)
        try faults.pass("finish", .after)
        return lost
    }

    func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        try broker.report(reports)
    }

    func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        try broker.requeue(tasks)
    }

    func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try broker.deadLetter(letters)
    }

    func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try broker.watchArrivals(on: queues)
    }
}
