import TestSupport
import Testing

@testable import TaskQueue

@Suite("what is to be written for tasks")
struct SettlementsTests {
    private let store = MemoryStore()

    /// Takes new tasks in a worker's name.
    private func take(_ count: Int, as worker: String) throws -> [Delivery] {
        let broker = MemoryBroker(store, worker: worker)
        try broker.send(OutgoingMessage.samples(count))
        return try broker.receive(from: [.celery], upTo: count)
    }

    @Test("what was lost is told although a later step failed, and nothing is written twice")
    func lostBeforeFailure() throws {
        let broker = MemoryBroker(store, worker: "worker")
        let deliveries = try take(4, as: "worker")
        _ = try broker.finish([deliveries[0].finished()])
        var settlements = Settlements()
        for delivery in deliveries.prefix(2) { settlements.add(.finish(delivery.finished())) }
        settlements.add(.setAside(DeadLetter(deliveries[2], reason: "broken")))
        settlements.add(.requeue(RequeuedTask(deliveries[3])))
        let failing = FailingBroker(broker)
        let first = settlements.commit(to: failing, backend: nil)
        #expect(first.tags == deliveries.prefix(2).map(\.tag))
        #expect(first.lost.map(\.delivery.tag) == [deliveries[0].tag])
        #expect(first.lost.map(\.isRepeated) == [false])
        #expect(first.failure == FailingBroker.failure)
        #expect(!settlements.isEmpty)
        let second = settlements.commit(to: broker, backend: nil)
        #expect(Set(second.tags) == Set(deliveries.suffix(2).map(\.tag)))
        #expect(second.lost.isEmpty)
        #expect(second.failure == nil)
        #expect(settlements.isEmpty)
        #expect(store.deadLetters.count == 1)
    }

    @Test("what may have been written when that failed is not called lost for certain")
    func repeated() throws {
        let broker = MemoryBroker(store, worker: "worker")
        let deliveries = try take(2, as: "worker")
        let letter = DeadLetter(deliveries[0], reason: "broken")
        var settlements = Settlements()
        settlements.add(.setAside(letter))
        #expect(settlements.commit(to: FailingBroker(broker), backend: nil).failure != nil)
        // The server has done it, and its answer was lost; and another task was taken from the worker.
        #expect(try broker.setAside([letter]).isEmpty)
        #expect(try broker.finish([deliveries[1].finished()]).isEmpty)
        settlements.add(.finish(deliveries[1].finished()))
        let second = settlements.commit(to: broker, backend: nil)
        #expect(second.lost.count == 2)
        for lost in second.lost { #expect(lost.isRepeated == (lost.delivery === deliveries[0])) }
        #expect(store.deadLetters.count == 1)
    }

    @Test("where a backend holds the results they go there, and what comes next to the broker")
    func backendKeepsNext() throws {
        let broker = MemoryBroker(store, worker: "worker")
        let delivery = try take(1, as: "worker")[0]
        let id = try delivery.taskID()
        let retry = StoredResult(id: id, state: .retry, result: .null)
        var settlements = Settlements()
        settlements.add(.finish(delivery.finished(retry, next: [.sample(id: id)])))
        let elsewhere = MemoryResultBackend(MemoryStore(), lifetime: nil)
        #expect(settlements.commit(to: broker, backend: elsewhere).failure == nil)
        #expect(try elsewhere.fetch([id]) == [.stored(retry)])
        let here = MemoryResultBackend(store, lifetime: nil)
        #expect(try here.fetch([id]) == [.pending])
        let again = try broker.receive(from: [.celery], upTo: 2)
        #expect(try again.map { try $0.taskID() } == [id])
    }
}
