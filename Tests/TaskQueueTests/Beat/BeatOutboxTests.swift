import TaskQueue
import TestSupport
import Testing

@Suite("a broker that sends what another place remembers")
struct BeatOutboxTests {
    private let remembering = MemoryStore()
    private let sending = MemoryStore()
    private let lease = BeatLease(group: "g", holder: "h")

    @Test(
        "keeps what is promised of tq-beat",
        arguments: BrokerClause.beat + BrokerClause.liveEntries
    )
    func keeps(_ clause: BrokerClause) async throws {
        let store = TaskStore(
            capabilities: [.beatStore, .beatAdministration, .liveEntryStore],
            broker: { [remembering, sending] worker in
                try BrokerWithOutbox(
                    LimitedBroker(MemoryBroker(sending, worker: worker)),
                    remembering: MemoryBroker(remembering, worker: "beat \(worker)"),
                    for: "memory:"
                )
            },
            results: { [remembering] in MemoryResultBackend(remembering, lifetime: $0) },
            heldBy: .leases(sending.leases),
            deadLetters: { _ in [] }
        )
        try await clause.check(store)
    }

    @Test("sends to the queue that the entry names, and leaves nothing in between")
    func carries() throws {
        let outbox = try outbox()
        #expect(try outbox.take(lease) == .held)
        let firing = try firing("e", priority: 4)
        #expect(try outbox.fire([firing], under: lease) == [.sent])
        let taken = try receiver.receive(from: [firing.message.queue], upTo: 9)
        #expect(try taken.map { try $0.taskID() } == [firing.message.id])
        let message = try #require(try taken.first?.message())
        #expect(message.headers.bytes == firing.message.message.headers.bytes)
        #expect(message.properties[key: "priority"]?.integer == 4)
        #expect(try MemoryBroker(remembering, worker: "w").queueNames().isEmpty)
        #expect(try MemoryBroker(remembering, worker: "w").workers().isEmpty)
    }

    @Test("sends once more, under the same id, what may have arrived when the broker was lost")
    func sendsAgain() throws {
        let firing = try firing("e")
        let failing = FailingBroker(MemoryBroker(sending, worker: ""), at: .sent)
        let lost = try outbox(failing)
        #expect(try lost.take(lease) == .held)
        #expect(throws: FailingBroker.failure) { try lost.fire([firing], under: lease) }
        let other = try outbox()
        #expect(try other.take(lease) == .held)
        let ids = try receiver.receiveIDs(from: [firing.message.queue])
        #expect(ids == [firing.message.id, firing.message.id])
        guard case .passed? = try other.fire([firing], under: lease).first else {
            Issue.record("it is not remembered")
            return
        }
    }

    @Test("sends what one that died has taken out of the outbox")
    func recovers() throws {
        let firing = try firing("e")
        let queue = BeatOutbox.queue(of: "memory:")
        let failing = FailingBroker(MemoryBroker(sending, worker: ""), at: .sent)
        let first = try outbox(failing)
        #expect(try first.take(lease) == .held)
        #expect(throws: FailingBroker.failure) { try first.fire([firing], under: lease) }
        #expect(try receiver.receiveIDs(from: [firing.message.queue]).count == 1)
        let dead = MemoryBroker(remembering, worker: "dead")
        #expect(try dead.receiveIDs(from: [queue]) == [firing.message.id])
        remembering.expireLease(of: "dead")
        #expect(try outbox().take(lease) == .held)
        #expect(try receiver.receiveIDs(from: [firing.message.queue]) == [firing.message.id])
    }

    @Test("refuses a firing with a key, and remembers none of it, where the broker keeps no keys")
    func refusesKeys() throws {
        let outbox = try outbox()
        #expect(try outbox.take(lease) == .held)
        let firings = [try firing("a"), try firing("b", unique: UniqueHold("beat:b"))]
        #expect(throws: BrokerError.unable(broker: "Limited", .uniqueSending)) {
            try outbox.fire(firings, under: lease)
        }
        #expect(try receiver.receiveIDs(from: [firings[0].message.queue]).isEmpty)
        #expect(try outbox.fire([firings[0]], under: lease) == [.sent])
    }

    @Test("leaves out a firing whose key a task holds, where the broker keeps keys")
    func keepsKeys() throws {
        let broker = LimitedBroker(MemoryBroker(sending, worker: ""), to: [.uniqueSending])
        let outbox = try outbox(broker)
        #expect(try outbox.take(lease) == .held)
        let first = try firing("e", unique: UniqueHold("beat:e"))
        let second = try firing("e", second: 2, unique: UniqueHold("beat:e"))
        #expect(try outbox.fire([first], under: lease) == [.sent])
        #expect(try outbox.fire([second], under: lease) == [.overlapped(first.message.id)])
        #expect(try receiver.receiveIDs(from: [first.message.queue]) == [first.message.id])
    }

    @Test("is not possible where nothing remembers")
    func needsMemory() {
        #expect(throws: BrokerError.unable(broker: "Limited", .beatStore)) {
            try BeatOutbox(
                to: receiver,
                remembering: LimitedBroker(receiver),
                in: BeatOutbox.queue(of: "memory:")
            )
        }
    }

    private var receiver: MemoryBroker { MemoryBroker(sending, worker: "w") }

    private func outbox(_ broker: (any Broker)? = nil) throws -> BeatOutbox {
        try BeatOutbox(
            to: broker ?? LimitedBroker(MemoryBroker(sending, worker: "")),
            remembering: MemoryBroker(remembering, worker: UUIDText.random()),
            in: BeatOutbox.queue(of: "memory:")
        )
    }

    private func firing(
        _ entry: String,
        second: Int64 = 1,
        priority: Int = 0,
        unique: UniqueHold? = nil
    ) throws -> BeatFiring {
        BeatFiring(
            entry: entry,
            instant: Timestamp(microseconds: second * 1_000_000),
            most: nil,
            message: .sample(try .named("mail"), priority: priority, unique: unique)
        )
    }
}
