import Synchronization
import TestSupport

@testable import TaskQueue

/// A worker at a ``PoorServer``, with results in a store elsewhere.
final class PoorWorkplace: Sendable {
    let server: PoorServer
    let results = MemoryStore()
    let orders: Inbox<WorkerOrder>
    private let told = Mutex<[WorkerEvent]>([])
    private let ran = Mutex<[TaskID]>([])

    init(patience: Duration = .seconds(60)) throws {
        server = PoorServer(patience: patience)
        orders = try Inbox<WorkerOrder>()
    }

    /// What the worker has told.
    var events: [WorkerEvent] { told.withLock(\.self) }

    /// The tasks that were begun, in that order, each as often as it was.
    var runs: [TaskID] { ran.withLock(\.self) }

    /// What came of tasks.
    func statuses(_ messages: [OutgoingMessage]) throws -> [TaskState?] {
        try MemoryResultBackend(results, lifetime: nil).fetch(messages.map(\.id)).map { status in
            if case .stored(let result) = status { result.state } else { nil }
        }
    }

    /// Runs a worker until it ends by itself or by an order.
    ///
    /// - Parameters:
    ///   - limits: of the worker.
    ///   - policy: what holds for the tasks.
    ///   - handler: runs the tasks.
    /// - Throws: what the worker throws.
    func work(
        _ limits: WorkerLimits,
        policy: TaskPolicy = TaskPolicy(),
        _ handler: @escaping HandlerRunner.Handler
    ) async throws {
        try await onThread {
            let runner = try HandlerRunner(
                [
                    OutgoingMessage.sample().task: { run in
                        self.ran.withLock { $0.append(run.assignment.task.id) }
                        return await handler(run)
                    }
                ],
                on: BlockingExecutor.shared
            )
            let worker = Worker(
                WorkerConfiguration(queues: [.celery], limits: limits) { _ in policy },
                runner: runner,
                body: BodyReader(),
                connect: { queues throws(BrokerError) in try self.connect(queues) },
                connectHeartbeat: nil,
                report: { event in self.told.withLock { $0.append(event) } }
            )
            try worker.run(orders: self.orders)
        }
    }

    private func connect(_ queues: [QueueName]) throws(BrokerError) -> BrokerConnection {
        let broker = server.connect("worker")
        return BrokerConnection(
            broker: broker,
            backend: MemoryResultBackend(results, lifetime: nil),
            arrivals: try broker.watchArrivals(on: queues),
            leases: nil,
            keepAlive: broker
        )
    }
}
