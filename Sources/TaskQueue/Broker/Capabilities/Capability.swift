/// What some brokers can do and others cannot: each is a protocol of its own, and callers that need it ask for it
/// with ``Broker/requiring(_:)``.
package enum Capability: String, CaseIterable, Sendable {
    /// ``QueueCounting``
    case queueCounting
    /// ``RepeatableSending``
    case repeatableSending
    /// ``UniqueSending``
    case uniqueSending
    /// ``LeaseKeeper``; without it a worker's connection is its lease.
    case leaseKeeper
    /// ``AdvisingBroker``
    case advice
    /// ``QueueInspection``
    case queueInspection
    /// ``DeadLetterStore``
    case deadLetterStore
    /// ``QueueControl``
    case queueControl
    /// ``QueuePausing``
    case queuePausing
    /// ``TaskRevoking``
    case taskRevoking
    /// ``BeatStore``
    case beatStore
    /// ``BeatAdministration``
    case beatAdministration
    /// ``LiveEntryStore``
    case liveEntryStore
    /// ``RecordStore``
    case recordStore
}

extension Capability {
    /// What a broker without it cannot do: the end of a sentence for people.
    package var deed: String {
        switch self {
        case .queueCounting: "count the tasks that wait in a queue"
        case .repeatableSending: "tell what was sent before"
        case .uniqueSending: "keep unique keys"
        case .leaseKeeper: "keep the leases of workers"
        case .advice: "tell how its server is set up"
        case .queueInspection: "list queues, workers and running tasks"
        case .deadLetterStore: "list dead letters or send them again"
        case .queueControl: "purge a queue or move its tasks"
        case .queuePausing: "pause queues"
        case .taskRevoking: "revoke tasks"
        case .beatStore: "remember what tq-beat has sent"
        case .beatAdministration: "list, pause or forget entries of tq-beat"
        case .liveEntryStore: "keep entries that are added while tq-beat runs"
        case .recordStore: "remember for another broker whose results it keeps"
        }
    }
}

extension Capability {
    /// Whether the place of the results can stand in for a broker without it: see ``RecordStore``.
    package var canBeElsewhere: Bool {
        switch self {
        case .uniqueSending, .queueInspection, .queuePausing, .taskRevoking, .beatStore,
            .beatAdministration, .liveEntryStore:
            true
        case .queueCounting, .repeatableSending, .leaseKeeper, .advice, .deadLetterStore,
            .queueControl, .recordStore:
            false
        }
    }
}
