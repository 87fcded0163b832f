import CommandSupport
import Synchronization
import TaskQueue
import WorkerProgram

/// A worker within a program that does something else too, such as a server.
///
/// It has no signals, options or commands; settings are those of `tq-work`, where the configuration says
/// nothing.
///
/// ```swift
/// let worker = try TaskWorker { tasks in
///     tasks.on("add") { (_, x: Int, y: Int) in x + y }
/// }
/// try await worker.run()
/// ```
public final class TaskWorker: Sendable {
    private let parts: Parts
    private let orders = WorkerOrderQueue()
    private let isStopping = Atomic(false)

    /// - Parameters:
    ///   - configuration: what the settings do not say.
    ///   - register: adds the handlers.
    /// - Throws: what `register` throws, or ``TaskQueueError`` for settings and URLs that cannot be used.
    public init(
        _ configuration: TaskWorkerConfiguration = TaskWorkerConfiguration(),
        _ register: (inout TaskHandlers) throws -> Void
    ) throws {
        parts = try Parts(configuration, register)
    }

    /// Takes tasks and runs them until it is told to stop, and waits for those that run then.
    ///
    /// If the calling Swift task is cancelled, it stops at once: handlers are cancelled, and what was not
    /// finished goes back to its queue. To be called once.
    ///
    /// - Throws: ``TaskQueueError`` if the broker cannot be reached at the start; later it is waited for.
    public func run() async throws {
        do throws(BrokerError) {
            try await withTaskCancellationHandler {
                await stoppedByShutdown { await runOnThread() }
            } onCancel: {
                orders.give(.stopAtOnce)
            }.get()
        } catch {
            throw TaskQueueError(error)
        }
    }

    /// Tells it to take no more tasks, and to end when those that run have ended.
    ///
    /// To say so again changes nothing; who cannot wait cancels the Swift task that runs it.
    public func stop() {
        if !isStopping.exchange(true, ordering: .relaxed) { orders.give(.stop) }
    }

    private func runOnThread() async -> Result<Void, BrokerError> {
        await withCheckedContinuation { continuation in
            Thread.startDetached { [self] in
                let worker = parts.worker()
                continuation.resume(
                    returning: Result { () throws(BrokerError) in try worker.run(orders: orders) }
                )
            }
        }
    }
}

extension TaskWorker {
    /// What a worker is made of.
    private struct Parts: Sendable {
        private let configuration: TaskWorkerConfiguration
        private let settings: Settings
        private let queues: [QueueName]
        private let handlers: HandlerTable
        private let transports: Transports

        init(
            _ configuration: TaskWorkerConfiguration,
            _ register: (inout TaskHandlers) throws -> Void
        ) throws {
            self.configuration = configuration
            let (settings, common) = try configuration.taskQueue.read()
            self.settings = settings
            queues = try configuration.queues.map { name in
                guard let queue = QueueName(name) else { throw TaskQueueError.badQueueName(name) }
                return queue
            }
            transports = Transports(common)
            let services = HandlerServices(
                configuration.logger
            ) { () throws(TaskQueueError) in
                try TaskQueueClient(settings, common)
            }
            var tasks = TaskHandlers(services)
            try register(&tasks)
            handlers = tasks.table
        }

        func worker() -> Worker {
            let log = WorkerLog(configuration.logger)
            let settings = settings
            let handlers = handlers
            let assembly = WorkerAssembly(name: WorkerName.expand(configuration.name), transports)
            return assembly.worker(
                WorkerConfiguration(
                    queues: queues.isEmpty ? settings.queuesToServe : queues,
                    limits: WorkerLimits(
                        settings,
                        concurrency: configuration.concurrency,
                        prefetch: configuration.prefetch
                    ),
                    policy: { name in
                        TaskPolicy(
                            settings,
                            settings.settings(for: name),
                            base: handlers.policy(for: name)
                        )
                    }
                ),
                runner: HandlerRunner(handlers.handlers, on: configuration.executor),
                report: log.report
            )
        }
    }
}
