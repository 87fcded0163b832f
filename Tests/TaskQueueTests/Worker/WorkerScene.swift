import Synchronization
import TestSupport

@testable import TaskQueue

/// A worker on a memory store, and what a test needs around it.
final class WorkerScene: Sendable {
    let store = MemoryStore()
    /// Where results go if the connection is the worker's lease.
    let results = MemoryStore()
    let runner: StubRunner
    let orders: Inbox<WorkerOrder>
    let faults = Faults()
    /// Whether the broker takes back what it delivered over a connection that is gone.
    private let connectionIsLease: Bool
    private let connections = Atomic(0)
    private let told = Mutex<[String]>([])

    init(connectionIsLease: Bool = false) throws {
        self.connectionIsLease = connectionIsLease
        runner = try StubRunner()
        orders = try Inbox()
    }

    /// What the worker has told, by the names of the events.
    var events: [String] { told.withLock { $0 } }

    /// Sends tasks.
    func send(_ count: Int) throws -> [TaskID] {
        let messages = OutgoingMessage.samples(count)
        try MemoryBroker(store, worker: "sender").send(messages)
        return messages.map(\.id)
    }

    /// How many tasks wait.
    var waiting: Int {
        get throws { try MemoryBroker(store, worker: "reader").count(waitingIn: .celery) }
    }

    /// What came of tasks.
    func states(_ ids: [TaskID]) throws -> [TaskState?] {
        let kept = connectionIsLease ? results : store
        return try MemoryResultBackend(kept, lifetime: nil).fetch(ids).map { status in
            guard case .stored(let result) = status else { return nil }
            return result.state
        }
    }

    /// Runs a worker to its end.
    func run(_ change: @escaping @Sendable (inout WorkerLimits) -> Void = { _ in }) async throws {
        try await onThread { [self] in
            var limits = WorkerLimits(concurrency: 2)
            limits.prefetch = 0
            change(&limits)
            let worker = Worker(
                WorkerConfiguration(queues: [.celery], limits: limits),
                runner: runner,
                body: BodyReader(),
                connect: connect,
                connectHeartbeat: connectionIsLease ? nil : keeper,
                report: tell
            )
            try worker.run(orders: orders)
        }
    }

    @Sendable private func keeper() throws(BrokerError) -> any LeaseKeeper {
        MemoryBroker(store, worker: "worker")
    }

    @Sendable private func connect(
        _ queues: [QueueName]
    ) throws(BrokerError) -> BrokerConnection {
        try faults.pass("connect", .before)
        let number = connections.add(1, ordering: .relaxed).newValue
        let broker = MemoryBroker(store, worker: connectionIsLease ? "worker-\(number)" : "worker")
        if connectionIsLease {
            try MemoryBroker(store, worker: "worker-\(number - 1)").requeueAllBut([])
        } else {
            _ = try broker.renewLease(holding: [], serving: queues)
        }
        return BrokerConnection(
            broker: FaultyBroker(broker, faults),
            backend: connectionIsLease ? MemoryResultBackend(results, lifetime: nil) : nil,
            arrivals: try broker.watchArrivals(on: queues),
            leases: connectionIsLease ? nil : broker
        )
    }

    @Sendable private func tell(_ event: WorkerEvent) {
        let name: String? =
            switch event {
            case .ready: "ready"
            case .ended(_, _, _, _, let fate): fate == .ended ? "ended" : "retries"
            case .lost(_, let loss): "lost: \(loss)"
            case .brokerFailed: "broker failed"
            case .brokerIsBack: "broker is back"
            case .recovered(let worker, let tasks): "recovered \(tasks) of \(worker)"
            case .stopping(let reason, let running): "stopping: \(reason), \(running) running"
            default: nil
            }
        if let name { told.withLock { $0.append(name) } }
    }
}
