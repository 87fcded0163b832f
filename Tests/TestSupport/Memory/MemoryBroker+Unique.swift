package import TaskQueue

extension MemoryBroker: UniqueSending {
    package func sendUnlessHeld(
        _ messages: [OutgoingMessage],
        isRepeated: Bool
    ) throws(BrokerError) -> [TaskID?] {
        store.write { state in
            messages.map { message in
                guard let unique = message.unique else { return nil }
                let holder = state.holder(of: unique.key)
                if holder == nil { state.add(message, holding: unique.fromNow) }
                return holder
            }
        }
    }
}

extension UniqueHold {
    /// Until when a task that is sent now holds it.
    var fromNow: (key: String, until: Timestamp) {
        (key, lifetime.map { .now() + $0 } ?? .latest)
    }
}
