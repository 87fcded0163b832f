/// What a broker can do besides what all brokers can; `nil`: it cannot.
///
/// A broker declares what it can by conforming to the protocols. The accessors follow from that, so none can
/// be forgotten, and asking costs a call, not a dynamic cast: the runtime's search through the conformances
/// of a program is slow while it starts. A broker whose connection lacks something, or that hands it to
/// another store, writes the accessor itself.
package protocol BrokerCapabilities: AnyObject {
    var queueCounting: (any QueueCounting)? { get }
    var repeatableSending: (any RepeatableSending)? { get }
    var confirmedSending: (any ConfirmedSending)? { get }
    var uniqueSending: (any UniqueSending)? { get }
    var leaseKeeper: (any LeaseKeeper)? { get }
    var keepAlive: (any KeepAlive)? { get }
    var runClaims: (any RunClaims)? { get }
    var advisingBroker: (any AdvisingBroker)? { get }

    var queueInspection: (any QueueInspection)? { get }
    var deadLetterStore: (any DeadLetterStore)? { get }
    var queueControl: (any QueueControl)? { get }
    var queuePausing: (any QueuePausing)? { get }
    var taskRevoking: (any TaskRevoking)? { get }
    var celeryControl: (any CeleryControl)? { get }

    var leaderElection: (any LeaderElection)? { get }
    var beatStore: (any BeatStore)? { get }
    var beatAdministration: (any BeatAdministration)? { get }
    var liveEntryStore: (any LiveEntryStore)? { get }
    var recordStore: (any RecordStore)? { get }
}

// MARK: - Brokers that do not conform

extension BrokerCapabilities {
    package var queueCounting: (any QueueCounting)? { nil }
    package var repeatableSending: (any RepeatableSending)? { nil }
    package var confirmedSending: (any ConfirmedSending)? { nil }
    package var uniqueSending: (any UniqueSending)? { nil }
    package var leaseKeeper: (any LeaseKeeper)? { nil }
    package var keepAlive: (any KeepAlive)? { nil }
    package var runClaims: (any RunClaims)? { nil }
    package var advisingBroker: (any AdvisingBroker)? { nil }

    package var queueInspection: (any QueueInspection)? { nil }
    package var deadLetterStore: (any DeadLetterStore)? { nil }
    package var queueControl: (any QueueControl)? { nil }
    package var queuePausing: (any QueuePausing)? { nil }
    package var taskRevoking: (any TaskRevoking)? { nil }
    package var celeryControl: (any CeleryControl)? { nil }

    package var leaderElection: (any LeaderElection)? { nil }
    package var beatStore: (any BeatStore)? { nil }
    package var beatAdministration: (any BeatAdministration)? { nil }
    package var liveEntryStore: (any LiveEntryStore)? { nil }
    package var recordStore: (any RecordStore)? { nil }
}

// MARK: - Brokers that conform

extension BrokerCapabilities where Self: QueueCounting {
    package var queueCounting: (any QueueCounting)? { self }
}

extension BrokerCapabilities where Self: RepeatableSending {
    package var repeatableSending: (any RepeatableSending)? { self }
}

extension BrokerCapabilities where Self: ConfirmedSending {
    package var confirmedSending: (any ConfirmedSending)? { self }
}

extension BrokerCapabilities where Self: UniqueSending {
    package var uniqueSending: (any UniqueSending)? { self }
}

extension BrokerCapabilities where Self: LeaseKeeper {
    package var leaseKeeper: (any LeaseKeeper)? { self }
}

extension BrokerCapabilities where Self: KeepAlive {
    package var keepAlive: (any KeepAlive)? { self }
}

extension BrokerCapabilities where Self: RunClaims {
    package var runClaims: (any RunClaims)? { self }
}

extension BrokerCapabilities where Self: AdvisingBroker {
    package var advisingBroker: (any AdvisingBroker)? { self }
}

extension BrokerCapabilities where Self: QueueInspection {
    package var queueInspection: (any QueueInspection)? { self }
}

extension BrokerCapabilities where Self: DeadLetterStore {
    package var deadLetterStore: (any DeadLetterStore)? { self }
}

extension BrokerCapabilities where Self: QueueControl {
    package var queueControl: (any QueueControl)? { self }
}

extension BrokerCapabilities where Self: QueuePausing {
    package var queuePausing: (any QueuePausing)? { self }
}

extension BrokerCapabilities where Self: TaskRevoking {
    package var taskRevoking: (any TaskRevoking)? { self }
}

extension BrokerCapabilities where Self: CeleryControl {
    package var celeryControl: (any CeleryControl)? { self }
}

extension BrokerCapabilities where Self: LeaderElection {
    package var leaderElection: (any LeaderElection)? { self }
}

extension BrokerCapabilities where Self: BeatStore {
    package var beatStore: (any BeatStore)? { self }
}

extension BrokerCapabilities where Self: BeatAdministration {
    package var beatAdministration: (any BeatAdministration)? { self }
}

extension BrokerCapabilities where Self: LiveEntryStore {
    package var liveEntryStore: (any LiveEntryStore)? { self }
}

extension BrokerCapabilities where Self: RecordStore {
    package var recordStore: (any RecordStore)? { self }
}
