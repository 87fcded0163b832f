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
        settlements.add(.deadLetter(DeadLetter(deliveries[2], reason: "broken")))
        settlements.add(.requeue(RequeuedTask(deliveries[3])))
        let failing = FailingBroker(broker)
        let first = settlements.commit(to: failing, backend: nil)
        #expect(first.tags == deliveries.prefix(2).map(\.tag))
        #expect(first.lost.map(\.delivery.tag) == [deliveries[0].tag])
        #expect(first.lost.map(\.loss) == [.notHeld])
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
        settlements.add(.deadLetter(letter))
        #expect(settlements.commit(to: FailingBroker(broker), backend: nil).failure != nil)
        // The server has done it, and its answer was lost; and another task was taken from the worker.
        #expect(try broker.deadLetter([letter]).isEmpty)
        #expect(try broker.finish([deliveries[1].finished()]).isEmpty)
        settlements.add(.finish(deliveries[1].finished()))
        let second = settlements.commit(to: broker, backend: nil)
        #expect(second.lost.count == 2)
        for (delivery, loss) in second.lost {
            #expect(loss == (delivery === deliveries[0] ? .uncertain : .notHeld))
        }
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

    // MARK: - Of connections that are gone

    @Test("of a task whose connection is gone the result is stored, and nothing else is written")
    func connectionGone() throws {
        let broker = MemoryBroker(store, worker: "worker")
        let deliveries = try take(3, as: "worker")
        let ids = try deliveries.map { try $0.taskID() }
        var settlements = Settlements()
        let success = StoredResult(id: ids[0], state: .success, result: .null)
        settlements.add(.finish(deliveries[0].finished(success, next: [.sample()])))
        let failure = StoredResult(id: ids[1], state: .failure, result: .null)
        settlements.add(.deadLetter(DeadLetter(deliveries[1], reason: "broken", result: failure)))
        settlements.add(.requeue(RequeuedTask(deliveries[2])))
        settlements.loseConnection()
        #expect(settlements.count == 3)
        let results = MemoryResultBackend(MemoryStore(), lifetime: nil)
        let written = settlements.commit(to: broker, backend: results)
        #expect(written.failure == nil && settlements.isEmpty)
        #expect(Set(written.tags) == Set(deliveries.map(\.tag)))
        #expect(written.lost.map(\.delivery.tag) == deliveries.prefix(2).map(\.tag))
        #expect(written.lost.map(\.loss) == [.connectionGone, .connectionGone])
        #expect(try results.fetch(ids).prefix(2) == [.stored(success), .stored(failure)])
        // Who holds the tasks now finishes them; what comes next was not sent.
        #expect(store.deadLetters.isEmpty)
        #expect(try broker.receive(from: [.celery], upTo: 9).isEmpty)
        #expect(try broker.finish(deliveries.map { $0.finished() }).isEmpty)
    }

    @Test("a retry of a task whose connection is gone is left to the next run: nothing is stored")
    func retryGone() throws {
        let broker = MemoryBroker(store, worker: "worker")
        let delivery = try take(1, as: "worker")[0]
        let id = try delivery.taskID()
        let retry = StoredResult(id: id, state: .retry, result: .null)
        var settlements = Settlements()
        settlements.addGone(.finish(delivery.finished(retry, next: [.sample(id: id)])))
        let results = MemoryResultBackend(MemoryStore(), lifetime: nil)
        #expect(settlements.commit(to: broker, backend: results).failure == nil)
        #expect(try results.fetch([id]) == [.unknown])
    }

    @Test("where the broker holds the results, it is given those of a connection that is gone too")
    func goneWithResultsHere() throws {
        let broker = MemoryBroker(store, worker: "worker")
        let delivery = try take(1, as: "worker")[0]
        let id = try delivery.taskID()
        let success = StoredResult(id: id, state: .success, result: .null)
        var settlements = Settlements()
        settlements.addGone(.finish(delivery.finished(success)))
        #expect(settlements.commit(to: broker, backend: nil).tags == [delivery.tag])
        #expect(try MemoryResultBackend(store, lifetime: nil).fetch([id]) == [.stored(success)])
    }
}
