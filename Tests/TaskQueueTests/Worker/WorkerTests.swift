import TestSupport
import Testing

@testable import TaskQueue

@Suite("a worker on a store in memory", .timeLimit(.minutes(60)))
struct WorkerTests {
    @Test("runs what waits, stores what came of it, and ends with the queues if it is to")
    func burst() async throws {
        let scene = try WorkerScene()
        let ids = try scene.send(5)
        try await scene.run { $0.burst = .whileQueued }
        #expect(try scene.states(ids) == Array(repeating: .success, count: 5))
        #expect(scene.events.count { $0 == "ended" } == 5)
        #expect(scene.events.last == "stopping: burst, 0 running")
    }

    @Test("runs the last task of --max-tasks, and leaves the others where they are")
    func maxTasks() async throws {
        let scene = try WorkerScene()
        let ids = try scene.send(5)
        try await scene.run { $0.maxTasks = 3 }
        #expect(try scene.states(ids).compactMap(\.self).count == 3)
        #expect(try scene.waiting == 2)
    }

    @Test("runs no more at once than it has slots, and takes no more than it runs")
    func slots() async throws {
        let scene = try WorkerScene()
        scene.runner.answer(nil)
        let ids = try scene.send(5)
        async let end: Void = scene.run()
        try await eventually { scene.runner.running.count == 2 }
        #expect(try scene.waiting == 3)
        scene.runner.endAll()
        try await eventually { scene.runner.running == Array(ids[2...3]) }
        scene.orders.put(.stop)
        try await eventually { scene.events.contains("stopping: order(warm: true), 2 running") }
        scene.runner.endAll()
        try await end
        #expect(try scene.states(ids).compactMap(\.self).count == 4)
        #expect(try scene.waiting == 1)
    }

    @Test("takes a task that comes while it waits")
    func woken() async throws {
        let scene = try WorkerScene()
        async let end: Void = scene.run()
        try await eventually { scene.events.contains("ready") }
        let ids = try scene.send(1)
        try await eventually { try scene.states(ids) == [.success] }
        scene.orders.put(.stop)
        try await end
    }

    @Test("puts back what runs when it is to stop at once")
    func stopAtOnce() async throws {
        let scene = try WorkerScene()
        scene.runner.answer(nil)
        let ids = try scene.send(1)
        async let end: Void = scene.run()
        try await eventually { scene.runner.running == ids }
        scene.orders.put(.stopAtOnce)
        try await end
        #expect(try scene.waiting == 1)
    }

    @Test("keeps outcomes while the broker is gone, and writes them when it is back")
    func outage() async throws {
        let scene = try WorkerScene()
        scene.runner.answer(nil)
        let ids = try scene.send(2)
        async let end: Void = scene.run()
        try await eventually { scene.runner.running.count == 2 }
        scene.faults.fail("finish")
        scene.faults.fail("connect")
        scene.runner.endAll()
        try await eventually { try scene.states(ids) == [.success, .success] }
        scene.orders.put(.stop)
        try await end
        #expect(scene.events.count { $0 == "broker failed" } == 2)
        #expect(scene.events.contains("broker is back"))
        #expect(!scene.events.contains { $0.hasPrefix("lost") })
    }

    @Test("an outcome whose answer was lost is written twice, and told as uncertain")
    func lostAnswer() async throws {
        let scene = try WorkerScene()
        scene.faults.fail("finish", .after)
        let ids = try scene.send(1)
        try await scene.run { $0.burst = .whileQueued }
        #expect(try scene.states(ids) == [.success])
        #expect(scene.events.contains("lost: uncertain"))
    }

    @Test("tasks whose delivery was lost on its way go back to their queue, and are run")
    func lostDelivery() async throws {
        let scene = try WorkerScene()
        scene.faults.fail("receive", .after)
        let ids = try scene.send(3)
        try await scene.run { $0.burst = .whileQueued }
        #expect(try scene.states(ids) == Array(repeating: .success, count: 3))
    }

    @Test("ends with the reason if the broker cannot be reached at its start")
    func unreachable() async throws {
        let scene = try WorkerScene()
        scene.faults.fail("connect")
        await #expect(throws: Faults.loss) { try await scene.run() }
        #expect(scene.events == [])
    }

    @Test("waits for a broker that cannot be reached at its start, if it is to")
    func waits() async throws {
        let scene = try WorkerScene()
        scene.faults.fail("connect")
        let ids = try scene.send(1)
        try await scene.run {
            $0.waitsForBroker = true
            $0.burst = .whileQueued
        }
        #expect(try scene.states(ids) == [.success])
        #expect(scene.events.prefix(3) == ["broker failed", "broker is back", "ready"])
    }

    @Test("takes over what a dead worker held")
    func recovers() async throws {
        let scene = try WorkerScene()
        let ids = try scene.send(1)
        let dead = MemoryBroker(scene.store, worker: "dead")
        #expect(try dead.receive(from: [.celery], upTo: 1).count == 1)
        scene.store.expireLease(of: "dead")
        try await scene.run { $0.burst = .whileQueued }
        #expect(scene.events.contains("recovered 1 of dead"))
        #expect(try scene.states(ids) == [.success])
    }

    // MARK: - A connection that is the lease

    @Test("runs tasks without a lease beside its connection")
    func withoutLease() async throws {
        let scene = try WorkerScene(connectionIsLease: true)
        let ids = try scene.send(3)
        try await scene.run { $0.burst = .whileQueued }
        #expect(try scene.states(ids) == Array(repeating: .success, count: 3))
        #expect(!scene.events.contains { $0.hasPrefix("lost") })
    }

    @Test("the result of a task whose connection is gone is stored, and the task is run again")
    func connectionGone() async throws {
        let scene = try WorkerScene(connectionIsLease: true)
        scene.runner.answer(nil)
        let ids = try scene.send(1)
        async let end: Void = scene.run()
        try await eventually { scene.runner.running == ids }
        // The look for a task for the other slot fails, and with it the connection.
        scene.faults.fail("receive")
        _ = try scene.send(1)
        try await eventually { scene.events.contains("broker is back") }
        try await eventually { scene.runner.running.count == 2 }
        #expect(scene.runner.running.contains(ids[0]))
        scene.runner.answer(.success(.null))
        scene.runner.endAll()
        try await eventually { try scene.states(ids) == [.success] }
        try await eventually { try scene.waiting == 0 }
        scene.orders.put(.stop)
        try await end
        #expect(scene.events.contains("lost: connectionGone"))
        #expect(scene.events.count { $0 == "ended" } == 3)
        #expect(try MemoryBroker(scene.store, worker: "reader").runningTasks().isEmpty)
    }
}
