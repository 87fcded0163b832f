/// A broker that cannot remember what `tq-beat` needs, and the place that remembers it: a broker too, in which
/// no tasks wait but those of an outbox.
package final class BrokerWithMemory: Broker {
    private let broker: any Broker
    private let memory: any Broker
    private let outbox: BeatOutbox

    /// - Parameters:
    ///   - broker: keeps the tasks.
    ///   - memory: remembers, over a connection of a worker that no other has.
    ///   - url: of the broker, without its password.
    /// - Throws: ``BrokerError/unable(broker:_:)`` if it cannot remember.
    package init(
        _ broker: any Broker,
        remembering memory: any Broker,
        for url: String
    ) throws(BrokerError) {
        self.broker = broker
        self.memory = memory
        outbox = try BeatOutbox(
            to: broker,
            remembering: memory,
            in: BeatOutbox.queue(of: url)
        )
    }

    package var beatStore: (any BeatStore)? { outbox }
    package var liveEntryStore: (any LiveEntryStore)? { memory.liveEntryStore }
    package var beatAdministration: (any BeatAdministration)? { memory.beatAdministration }
}

// MARK: - What the broker does by itself

extension BrokerWithMemory {
    package var kind: String { broker.kind }
    package var holdsResults: Bool { broker.holdsResults }
    package var suspectsLeft: SuspectsLeft { broker.suspectsLeft }
    package var now: Timestamp { broker.now }
    package var nextDue: Timestamp? { broker.nextDue }
    package var complaint: BrokerError? { broker.complaint }

    package var queueCounting: (any QueueCounting)? { broker.queueCounting }
    package var repeatableSending: (any RepeatableSending)? { broker.repeatableSending }
    package var uniqueSending: (any UniqueSending)? { broker.uniqueSending }
    package var leaseKeeper: (any LeaseKeeper)? { broker.leaseKeeper }
    package var advisingBroker: (any AdvisingBroker)? { broker.advisingBroker }
    package var queueInspection: (any QueueInspection)? { broker.queueInspection }
    package var deadLetterStore: (any DeadLetterStore)? { broker.deadLetterStore }
    package var queueControl: (any QueueControl)? { broker.queueControl }
    package var queuePausing: (any QueuePausing)? { broker.queuePausing }
    package var taskRevoking: (any TaskRevoking)? { broker.taskRevoking }

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        try broker.send(messages)
    }

    package func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        try broker.receive(from: queues, upTo: limit, in: solitude)
    }

    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try broker.finish(tasks)
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        try broker.report(reports)
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        try broker.requeue(tasks)
    }

    package func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try broker.deadLetter(letters)
    }

    package func outdated(_ deliveries: [Delivery]) throws(BrokerError) -> Set<String> {
        try broker.outdated(deliveries)
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try broker.watchArrivals(on: queues)
    }
}
