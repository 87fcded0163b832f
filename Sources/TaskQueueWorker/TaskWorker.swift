import CommandLineOptions
internal import Connections
import Synchronization
import TaskQueue
import TaskSettings
import WorkerProgram

/// A worker within a program that also does something else, such as a server.
///
/// It has no signals, options or commands; its settings are those of `tq-work`, unless the configuration says
/// otherwise.
///
/// ```swift
/// let worker = try TaskWorker { tasks in
///     tasks.on("add") { (_, x: Int, y: Int) in x + y }
/// }
/// try await worker.run()
/// ```
public final class TaskWorker: Sendable {
    private let parts: Parts
    private let orders: Inbox<WorkerOrder>
    private let isStopping = Atomic(false)
    private let hasRun = Atomic(false)

    /// - Parameters:
    ///   - configuration: goes before the settings.
    ///   - register: adds the handlers.
    /// - Throws: what `register` throws, or ``TaskQueueError`` for settings and URLs that cannot be used.
    public init(
        _ configuration: TaskWorkerConfiguration = TaskWorkerConfiguration(),
        _ register: (inout TaskHandlers) throws -> Void
    ) throws {
        do throws(ResourceShortage) { orders = try Inbox() } catch {
            throw TaskQueueError(.shortage(error))
        }
        parts = try Parts(configuration, register)
    }

    /// Takes tasks and runs them until it is told to stop, and then waits for those that still run.
    ///
    /// If the calling Swift task is cancelled, the worker stops at once: handlers are cancelled, and unfinished
    /// tasks go back to their queues. A handler that does not end then goes on in this process, though its
    /// task is run elsewhere.
    ///
    /// Handlers see the task-local values of the calling Swift task.
    ///
    /// - Throws: ``TaskQueueError``: of the kind `closed` when it is called again; else if the broker cannot
    ///   be used as it is, or not be reached and ``TaskWorkerConfiguration/waitsForBroker`` is false.
    public func run() async throws {
        guard !hasRun.exchange(true, ordering: .relaxed) else { throw TaskQueueError.hasRun }
        do throws(BrokerError) {
            try await withTaskCancellationHandler {
                await stoppedByShutdown { await runOnThread() }
            } onCancel: {
                orders.put(.stopAtOnce)
            }.get()
        } catch {
            throw TaskQueueError(error)
        }
    }

    /// Tells it to take no more tasks, and to end when the running ones have ended.
    ///
    /// Tasks that have not ended in ``TaskWorkerConfiguration/shutdownTimeout`` are interrupted. Calling it again
    /// changes nothing; to stop without waiting, cancel the Swift task that runs the worker.
    public func stop() {
        if !isStopping.exchange(true, ordering: .relaxed) { orders.put(.stop) }
    }

    private func runOnThread() async -> Result<Void, BrokerError> {
        let opener = LaneOpener()
        defer { opener.end() }
        return await withCheckedContinuation { continuation in
            do throws(ResourceShortage) {
                try Thread.startDetached { [self] in
                    let end = Result { () throws(BrokerError) in
                        try parts.worker(opener).run(orders: orders)
                    }
                    continuation.resume(returning: end)
                }
            } catch { continuation.resume(returning: .failure(.shortage(error))) }
        }
    }
}

extension TaskWorker {
    /// The parts of a worker.
    private struct Parts: Sendable {
        private let configuration: TaskWorkerConfiguration
        private let settings: Settings
        private let queues: [QueueName]
        private let name: String
        private let handlers: HandlerTable
        private let transports: Transports

        init(
            _ configuration: TaskWorkerConfiguration,
            _ register: (inout TaskHandlers) throws -> Void
        ) throws {
            try configuration.check()
            self.configuration = configuration
            let (settings, common) = try configuration.taskQueue.read()
            self.settings = settings
            queues = try configuration.queueNames()
            transports = Transports(common)
            let name = WorkerName.expand(configuration.name)
            self.name = name
            let services = HandlerServices(
                configuration.logger,
                workerName: name
            ) { () throws(TaskQueueError) in
                try TaskQueueClient(settings, common)
            }
            var tasks = TaskHandlers(services)
            try register(&tasks)
            handlers = try tasks.checked()
            guard !handlers.isEmpty else { throw TaskQueueError.noHandlers }
        }

        func worker(_ opener: LaneOpener) throws(BrokerError) -> Worker {
            let runner: HandlerRunner
            do throws(ResourceShortage) {
                runner = try HandlerRunner(
                    handlers.handlers,
                    on: configuration.executor,
                    opener: opener.open
                )
            } catch { throw .shortage(error) }
            let log = WorkerLog(configuration.logger, ending: configuration.ending)
            let settings = settings
            let handlers = handlers
            let assembly = WorkerAssembly(name: name, transports)
            var limits = WorkerLimits(
                settings,
                concurrency: configuration.concurrency,
                prefetch: configuration.prefetch
            )
            configuration.add(to: &limits)
            return assembly.worker(
                WorkerConfiguration(
                    queues: queues.isEmpty ? settings.queuesToServe : queues,
                    limits: limits,
                    policy: { name in
                        TaskPolicy(
                            settings,
                            settings.settings(for: name),
                            base: handlers.policy(for: name)
                        )
                    },
                    canvas: Canvas(settings.taskDefaults, countsChords: transports.keepsResults)
                ),
                runner: runner,
                report: log.report
            )
        }
    }
}
