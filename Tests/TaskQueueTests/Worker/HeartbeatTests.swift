import Synchronization
import TestSupport
import Testing

@testable import TaskQueue

@Suite("the heartbeat of a worker", .timeLimit(.minutes(60)))
struct HeartbeatTests {
    /// What a heartbeat has told.
    private final class Log: Sendable {
        private let told = Mutex<[String]>([])
        var all: [String] { told.withLock { $0 } }

        func tell(_ event: WorkerEvent) {
            let name =
                switch event {
                case .leaseLost: "lease lost"
                case .heartbeatFailed: "failed"
                case .recovered(let worker, let tasks): "recovered \(tasks) of \(worker)"
                default: "\(event)"
                }
            told.withLock { $0.append(name) }
        }
    }

    private let store = MemoryStore()
    private let faults = Faults()
    private let held = HeldTags()
    private let served = ServedQueues([.celery])
    private let log = Log()
    private let start = Instant.now

    private func connect() throws(BrokerError) -> any LeaseKeeper {
        try faults.pass("connect", .before)
        return MemoryBroker(store, worker: "worker")
    }

    private func made() -> HeartbeatLoop {
        HeartbeatLoop(
            held: held,
            served: served,
            from: start,
            connect: connect,
            report: log.tell
        )
    }

    @Test("beats every four seconds, counted from the last beat's begin")
    func pace() {
        var loop = made()
        #expect(loop.pause(at: start) == .seconds(4))
        loop.beat(at: start + .seconds(4))
        #expect(loop.pause(at: start + .seconds(5)) == .seconds(3))
        #expect(loop.pause(at: start + .seconds(9)) == .zero)
    }

    @Test("tries again at once when it fails, and then each second, which it tells once")
    func failure() {
        var loop = made()
        for _ in 1...3 { faults.fail("connect") }
        var pauses: [Duration] = []
        for _ in 1...4 {
            loop.beat(at: start)
            pauses.append(loop.pause(at: start))
        }
        #expect(pauses == [.milliseconds(100), .seconds(1), .seconds(1), .seconds(4)])
        // It has its lease newly then.
        #expect(log.all == ["failed", "lease lost"])
        #expect(!loop.isFailing)
    }

    @Test("says that the lease was lost, and has it again")
    func leaseLost() {
        var loop = made()
        loop.beat(at: start)
        loop.beat(at: start)
        #expect(log.all == ["lease lost"])
        store.expireLease(of: "worker")
        loop.beat(at: start)
        loop.beat(at: start)
        #expect(log.all == ["lease lost", "lease lost"])
    }

    @Test("gives back what the dead held, and says whose it was")
    func recovers() throws {
        let dead = MemoryBroker(store, worker: "dead")
        try dead.send(OutgoingMessage.samples(2))
        #expect(try dead.receive(from: [.celery], upTo: 2).count == 2)
        store.expireLease(of: "dead")
        var loop = made()
        loop.beat(at: start)
        #expect(log.all.contains("recovered 2 of dead"))
        #expect(try dead.count(waitingIn: .celery) == 2)
    }

    @Test("gives the lease up at its end, unless the broker is gone")
    func end() throws {
        var loop = made()
        loop.beat(at: start)
        loop.end()
        #expect(try !MemoryBroker(store, worker: "worker").renewLease(holding: [], serving: []))
        faults.fail("connect")
        var failing = made()
        failing.beat(at: start)
        failing.end()
        #expect(try MemoryBroker(store, worker: "worker").renewLease(holding: [], serving: []))
    }

    @Test("beats on a thread of its own until it is stopped")
    func thread() throws {
        let keeper = MemoryBroker(store, worker: "worker")
        _ = try keeper.renewLease(holding: [], serving: [])
        let heartbeat = try Heartbeat(
            held: held,
            served: served,
            connect: { [store] () throws(BrokerError) in MemoryBroker(store, worker: "worker") },
            report: { [log] in log.tell($0) }
        )
        #expect(heartbeat.isHealthy)
        heartbeat.stop()
        #expect(try !keeper.renewLease(holding: [], serving: []))
        #expect(log.all.isEmpty)
    }
}
