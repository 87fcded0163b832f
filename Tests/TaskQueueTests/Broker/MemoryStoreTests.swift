import TaskQueue
import TestSupport
import Testing

@Suite("Memory keeps the contract")
struct MemoryStoreTests {
    @Test("of brokers", arguments: BrokerClause.all)
    func keeps(_ clause: BrokerClause) async throws {
        let all = Set(Capability.allCases).subtracting([.advice, .repeatableSending])
        try await clause.check(Self.newStore(all) { $0 })
    }

    @Test("of brokers, where they can no more than all have to", arguments: BrokerClause.all)
    func keepsWithoutCapabilities(_ clause: BrokerClause) async throws {
        try await clause.check(Self.newStore([]) { LimitedBroker($0) })
    }

    @Test("of result backends", arguments: ResultClause.all)
    func keeps(_ clause: ResultClause) async throws {
        try await clause.check(Self.newStore([]) { $0 })
    }

    /// `limiting` takes from its brokers what the capabilities do not name.
    private static func newStore(
        _ capabilities: Set<Capability>,
        limiting: @escaping @Sendable (MemoryBroker) -> any Broker
    ) -> TaskStore {
        let memory = MemoryStore()
        return TaskStore(
            capabilities: capabilities,
            broker: { limiting(MemoryBroker(memory, worker: $0)) },
            results: { MemoryResultBackend(memory, lifetime: $0) },
            heldBy: .leases(memory.leases),
            deadLetters: { queue in
                memory.deadLetters.filter { $0.delivery.queue == queue }.map { letter in
                    FoundDeadLetter(
                        id: letter.id?.text,
                        task: letter.task?.text,
                        reason: letter.reason,
                        content: letter.delivery.content
                    )
                }
            }
        )
    }
}
