/// A broker that leaves everything to another: the base of those that add to it.
package class ForwardingBroker: Broker {
    package let base: any Broker

    package init(_ base: any Broker) { self.base = base }

    package var kind: String { base.kind }
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

    package var queueCounting: (any QueueCounting)? { base.queueCounting }
    package var repeatableSending: (any RepeatableSending)? { base.repeatableSending }
    package var confirmedSending: (any ConfirmedSending)? { base.confirmedSending }
    package var uniqueSending: (any UniqueSending)? { base.uniqueSending }
    package var leaseKeeper: (any LeaseKeeper)? { base.leaseKeeper }
    package var keepAlive: (any KeepAlive)? { base.keepAlive }
    package var runClaims: (any RunClaims)? { base.runClaims }
    package var advisingBroker: (any AdvisingBroker)? { base.advisingBroker }

    package var queueInspection: (any QueueInspection)? { base.queueInspection }
    package var deadLetterStore: (any DeadLetterStore)? { base.deadLetterStore }
    package var queueControl: (any QueueControl)? { base.queueControl }
    package var queuePausing: (any QueuePausing)? { base.queuePausing }
    package var taskRevoking: (any TaskRevoking)? { base.taskRevoking }
    package var celeryControl: (any CeleryControl)? { base.celeryControl }

    package var leaderElection: (any LeaderElection)? { base.leaderElection }
    package var beatStore: (any BeatStore)? { base.beatStore }
    package var beatAdministration: (any BeatAdministration)? { base.beatAdministration }
    package var liveEntryStore: (any LiveEntryStore)? { base.liveEntryStore }
    package var recordStore: (any RecordStore)? { base.recordStore }
}
