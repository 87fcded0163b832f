/// A ``Capability`` that a caller needs, and how to ask a broker for it.
package struct RequiredCapability<Seam> {
    let capability: Capability
    let find: (any Broker) -> Seam?

    private init(_ capability: Capability, _ find: @escaping (any Broker) -> Seam?) {
        self.capability = capability
        self.find = find
    }
}

extension Broker {
    /// The broker's part that the request needs.
    ///
    /// - Throws: ``BrokerError/unable(broker:_:)`` if the broker lacks it.
    package func requiring<Seam>(
        _ requirement: RequiredCapability<Seam>
    ) throws(BrokerError) -> Seam {
        guard let seam = requirement.find(self) else {
            throw .unable(broker: kind, requirement.capability)
        }
        return seam
    }
}

extension RequiredCapability where Seam == any QueueCounting {
    package static var queueCounting: Self { Self(.queueCounting) { $0.queueCounting } }
}

extension RequiredCapability where Seam == any UniqueSending {
    package static var uniqueSending: Self { Self(.uniqueSending) { $0.uniqueSending } }
}

extension RequiredCapability where Seam == any LeaseKeeper {
    package static var leaseKeeper: Self { Self(.leaseKeeper) { $0.leaseKeeper } }
}

extension RequiredCapability where Seam == any QueueInspection {
    package static var queueInspection: Self { Self(.queueInspection) { $0.queueInspection } }
}

extension RequiredCapability where Seam == any DeadLetterStore {
    package static var deadLetterStore: Self { Self(.deadLetterStore) { $0.deadLetterStore } }
}

extension RequiredCapability where Seam == any QueueControl {
    package static var queueControl: Self { Self(.queueControl) { $0.queueControl } }
}

extension RequiredCapability where Seam == any QueuePausing {
    package static var queuePausing: Self { Self(.queuePausing) { $0.queuePausing } }
}

extension RequiredCapability where Seam == any TaskRevoking {
    package static var taskRevoking: Self { Self(.taskRevoking) { $0.taskRevoking } }
}

extension RequiredCapability where Seam == any BeatStore {
    package static var beatStore: Self { Self(.beatStore) { $0.beatStore } }
}

extension RequiredCapability where Seam == any BeatAdministration {
    package static var beatAdministration: Self {
        Self(.beatAdministration) { $0.beatAdministration }
    }
}

extension RequiredCapability where Seam == any LiveEntryStore {
    package static var liveEntryStore: Self { Self(.liveEntryStore) { $0.liveEntryStore } }
}

extension RequiredCapability where Seam == any RecordStore {
    package static var recordStore: Self { Self(.recordStore) { $0.recordStore } }
}
