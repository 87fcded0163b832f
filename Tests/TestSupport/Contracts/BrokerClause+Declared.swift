package import TaskQueue
import Testing

extension BrokerClause {
    /// What a broker says of itself.
    static let declared = [
        BrokerClause("a broker can what its store declares, and no more") { store in
            let broker = try store.broker()
            for capability in Capability.allCases {
                let isDeclared = store.capabilities.contains(capability)
                #expect(broker.has(capability) == isDeclared, "\(capability)")
            }
        },
        BrokerClause("what a broker cannot is said in one sentence, with its name") { store in
            let broker = try store.broker()
            #expect(!broker.kind.isEmpty)
            let error = BrokerError.unable(broker: broker.kind, .uniqueSending)
            #expect("\(error)" == "\(broker.kind) cannot keep unique keys")
            guard !store.capabilities.contains(.uniqueSending) else { return }
            #expect(throws: error) { try broker.requiring(.uniqueSending) }
        },
    ]
}

extension Broker {
    /// Whether it can that.
    package func has(_ capability: Capability) -> Bool {
        switch capability {
        case .queueCounting: queueCounting != nil
        case .repeatableSending: repeatableSending != nil
        case .uniqueSending: uniqueSending != nil
        case .leaseKeeper: leaseKeeper != nil
        case .advice: advisingBroker != nil
        case .queueInspection: queueInspection != nil
        case .deadLetterStore: deadLetterStore != nil
        case .queueControl: queueControl != nil
        case .queuePausing: queuePausing != nil
        case .taskRevoking: taskRevoking != nil
        case .beatStore: beatStore != nil
        case .beatAdministration: beatAdministration != nil
        case .liveEntryStore: liveEntryStore != nil
        case .recordStore: recordStore != nil
        }
    }
}
