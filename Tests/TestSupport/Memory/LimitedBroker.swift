package import TaskQueue

/// A broker that can less than the one behind it.
package final class LimitedBroker: Broker {
    private let base: any Broker
    private let capabilities: Set<Capability>

    package let kind = "Limited"

    /// `capabilities` are those of the other broker that are left.
    package init(_ base: any Broker, to capabilities: Set<Capability> = []) {
        self.base = base
        self.capabilities = capabilities
    }

    package var holdsResults: Bool { base.holdsResults }
    package var suspectsLeft: SuspectsLeft { base.suspectsLeft }
    package var now: Timestamp { base.now }
    package var nextDue: Timestamp? { base.nextDue }
    package var complaint: BrokerError? { base.complaint }

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        try base.send(messages)
    }

    package func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        try base.receive(from: queues, upTo: limit, in: solitude)
    }

    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try base.finish(tasks)
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        try base.report(reports)
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        try base.requeue(tasks)
    }

    package func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try base.deadLetter(letters)
    }

    package func outdated(_ deliveries: [Delivery]) throws(BrokerError) -> Set<String> {
        try base.outdated(deliveries)
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try base.watchArrivals(on: queues)
    }
}

// MARK: - What is left

extension LimitedBroker {
    private func left<Seam>(_ capability: Capability, _ seam: Seam?) -> Seam? {
        capabilities.contains(capability) ? seam : nil
    }

    package var queueCounting: (any QueueCounting)? { left(.queueCounting, base.queueCounting) }
    package var repeatableSending: (any RepeatableSending)? {
        left(.repeatableSending, base.repeatableSending)
    }
    package var uniqueSending: (any UniqueSending)? { left(.uniqueSending, base.uniqueSending) }
    package var leaseKeeper: (any LeaseKeeper)? { left(.leaseKeeper, base.leaseKeeper) }
    package var advisingBroker: (any AdvisingBroker)? { left(.advice, base.advisingBroker) }

    package var queueInspection: (any QueueInspection)? {
        left(.queueInspection, base.queueInspection)
    }
    package var deadLetterStore: (any DeadLetterStore)? {
        left(.deadLetterStore, base.deadLetterStore)
    }
    package var queueControl: (any QueueControl)? { left(.queueControl, base.queueControl) }
    package var queuePausing: (any QueuePausing)? { left(.queuePausing, base.queuePausing) }
    package var taskRevoking: (any TaskRevoking)? { left(.taskRevoking, base.taskRevoking) }

    package var beatStore: (any BeatStore)? { left(.beatStore, base.beatStore) }
    package var beatAdministration: (any BeatAdministration)? {
        left(.beatAdministration, base.beatAdministration)
    }
    package var liveEntryStore: (any LiveEntryStore)? {
        left(.liveEntryStore, base.liveEntryStore)
    }
    package var recordStore: (any RecordStore)? { left(.recordStore, base.recordStore) }
}
