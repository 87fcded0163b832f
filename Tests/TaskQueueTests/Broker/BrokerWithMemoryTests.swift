import TestSupport
import Testing

@testable import TaskQueue

@Suite("a broker for which another place remembers")
struct BrokerWithMemoryTests {
    private let tasks = MemoryStore()
    private let remembering = MemoryStore()
    private let lost = BrokerError.connectionLost(url: "m", reason: "gone")
    private let full = BrokerError.refused(url: "m", reason: "out of memory")

    @Test("gives back what it takes while that place cannot be asked, and says so")
    func trouble() throws {
        let memory = Records(remembering)
        let broker = broker(memory)
        let message = OutgoingMessage.sample(unique: UniqueHold("k"))
        #expect(try broker.uniqueSending?.sendUnlessHeld([message], isRepeated: false) == [nil])
        memory.failure = full
        #expect(try broker.receive(from: [.celery], upTo: 1).isEmpty)
        #expect(broker.complaint == full)
        #expect(try #require(broker.nextDue) <= broker.now + .seconds(2))
        memory.failure = nil
        let taken = try broker.receive(from: [.celery], upTo: 1)
        #expect(try taken.map { try $0.taskID() } == [message.id])
        #expect(broker.complaint == nil)
    }

    @Test("asks once more, over a new connection, when the one to that place was lost")
    func healing() throws {
        var connections: [Records] = []
        let broker = BrokerWithMemory(
            LimitedBroker(MemoryBroker(tasks, worker: "w")),
            remembering: FleetMemory(of: "here") { [remembering] in
                connections.append(Records(remembering))
                return connections[connections.count - 1]
            }
        ) { [remembering] in MemoryResultBackend(remembering, lifetime: nil) }
        #expect(try broker.queuePausing?.setPaused(.celery, true) == true)
        connections[0].failure = lost
        #expect(try broker.queueInspection?.queueNames() == [.celery])
        #expect(connections.count == 2)
    }

    @Test("lets a pause change nothing of what is known of a task")
    func pausedEnded() throws {
        let broker = broker(Records(remembering))
        try broker.send([.sample()])
        #expect(try broker.queuePausing?.setPaused(.celery, true) == true)
        #expect(try broker.receive(from: [.celery], upTo: 1).isEmpty)
        #expect(try broker.queuePausing?.setPaused(.celery, false) == true)
        let taken = try broker.receiveOne()
        #expect(taken.standing == .open && !taken.comesAgain)
    }

    private func broker(_ memory: Records) -> BrokerWithMemory {
        BrokerWithMemory(
            LimitedBroker(MemoryBroker(tasks, worker: "w")),
            remembering: FleetMemory(of: "here") { memory }
        ) { [remembering] in MemoryResultBackend(remembering, lifetime: nil) }
    }

    /// Fails where that is wanted.
    private final class Records: RecordStore {
        private let base: MemoryBroker
        var failure: BrokerError?

        init(_ store: MemoryStore) { base = MemoryBroker(store, worker: "") }

        private func open() throws(BrokerError) -> MemoryBroker {
            if let failure { throw failure }
            return base
        }

        func write(
            _ records: [SharedRecord],
            if condition: SharedRecord.Condition
        ) throws(BrokerError) -> [String?] { try open().write(records, if: condition) }

        func values(of keys: [SharedRecord.Key]) throws(BrokerError) -> [String?] {
            try open().values(of: keys)
        }

        func records(in space: String) throws(BrokerError) -> [String: String] {
            try open().records(in: space)
        }

        func remove(
            _ keys: [SharedRecord.Key],
            if value: String?
        ) throws(BrokerError) -> Int { try open().remove(keys, if: value) }
    }
}
