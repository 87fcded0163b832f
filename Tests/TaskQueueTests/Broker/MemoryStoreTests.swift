import TaskQueue
import TestSupport
import Testing

@Suite("Memory keeps the contract")
struct MemoryStoreTests {
    @Test("of brokers", arguments: BrokerClause.all)
    func keeps(_ clause: BrokerClause) async throws {
        try await clause.check(Self.newStore())
    }

    @Test("of result backends", arguments: ResultClause.all)
    func keeps(_ clause: ResultClause) async throws {
        try await clause.check(Self.newStore())
    }

    private static func newStore() -> TaskStore {
        let memory = MemoryStore()
        return TaskStore(
            broker: { MemoryBroker(memory, worker: $0) },
            results: { MemoryResultBackend(memory, lifetime: $0) },
            expireLease: { memory.expireLease(of: $0) },
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
