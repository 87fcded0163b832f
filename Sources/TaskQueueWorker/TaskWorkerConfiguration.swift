public import Logging
import TaskQueue

/// How a ``TaskWorker`` works.
public struct TaskWorkerConfiguration: Sendable {
    /// Where tasks and results are.
    public var taskQueue: TaskQueueConfiguration
    /// The queues to take tasks from; empty: `worker_queues` of the settings, else `celery`.
    public var queues: [String]
    /// How many tasks run at once, 1 to 10,000; `nil`: `worker_concurrency` of the settings, else the number
    /// of cores.
    public var concurrency: Int?
    /// How many tasks to hold ahead for each that runs, 0 to 10,000; `nil`: as many as keep it busy.
    public var prefetch: Int?
    /// The name that operators see, as for Celery's workers: `%h` is the host.
    public var name: String
    /// The worker's log.
    public var logger: Logger
    /// Where handlers run; `nil`: on threads for handlers alone, so that one that never suspends takes nothing
    /// from the rest of the program.
    public var executor: (any TaskExecutor)?
    /// How long running tasks may take to end after ``TaskWorker/stop()``; `nil`: as long as they take.
    ///
    /// Then they are interrupted as if the Swift task of ``TaskWorker/run()`` were cancelled.
    public var shutdownTimeout: Duration?
    /// How long interrupted handlers have to end; then they are left behind.
    public var grace: Duration
    /// Whether to wait for a broker that cannot be reached at the start, as for one that goes away later;
    /// if not, ``TaskWorker/run()`` throws.
    public var waitsForBroker: Bool

    /// The defaults are those of `tq-work`.
    public init(
        taskQueue: TaskQueueConfiguration = TaskQueueConfiguration(),
        queues: [String] = [],
        concurrency: Int? = nil,
        prefetch: Int? = nil,
        name: String = "tq@%h",
        logger: Logger = Logger(label: "tq"),
        executor: (any TaskExecutor)? = nil,
        shutdownTimeout: Duration? = .seconds(30),
        grace: Duration = .seconds(5),
        waitsForBroker: Bool = true
    ) {
        self.taskQueue = taskQueue
        self.queues = queues
        self.concurrency = concurrency
        self.prefetch = prefetch
        self.name = name
        self.logger = logger
        self.executor = executor
        self.shutdownTimeout = shutdownTimeout
        self.grace = grace
        self.waitsForBroker = waitsForBroker
    }
}

extension TaskWorkerConfiguration {
    /// - Throws: ``TaskQueueError`` of the kind `settings` that names the impossible value.
    func check() throws(TaskQueueError) {
        try Self.check("concurrency", concurrency, 1...10_000)
        try Self.check("prefetch", prefetch, 0...10_000)
        if TaskName(name) == nil {
            throw .badConfiguration(
                "\(name.debugDescription) cannot name a worker: use text without control characters"
            )
        }
        for (name, length) in [("shutdownTimeout", shutdownTimeout), ("grace", grace)] {
            if let length, length < .zero {
                throw .badConfiguration("\(name) cannot be negative")
            }
        }
    }

    /// The queues to take tasks from, each once; empty: those of the settings.
    ///
    /// - Throws: ``TaskQueueError`` of the kind `settings` for a text that cannot name a queue.
    func queueNames() throws(TaskQueueError) -> [QueueName] {
        var names: [QueueName] = []
        for text in queues {
            guard let name = QueueName(text) else { throw .badQueueName(text) }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func check(
        _ name: String,
        _ number: Int?,
        _ range: ClosedRange<Int>
    ) throws(TaskQueueError) {
        guard let number, !range.contains(number) else { return }
        throw .badConfiguration(
            "\(name) is a number from \(range.lowerBound) to \(range.upperBound), not \(number)"
        )
    }

    /// Added to what the settings say.
    func add(to limits: inout WorkerLimits) {
        // Beyond that the clock's arithmetic ends.
        let longest: Duration = .seconds(100 * 365 * 86_400)
        limits.shutdownTimeout = shutdownTimeout.map { min($0, longest) }
        limits.grace = min(grace, longest)
        limits.waitsForBroker = waitsForBroker
    }

    /// What ends tasks that still run after ``TaskWorker/stop()``, for the log.
    var ending: String {
        guard let shutdownTimeout else { return "waits for the running tasks" }
        return "what still runs in \(DurationText.format(shutdownTimeout)) goes back to its queue"
    }
}
