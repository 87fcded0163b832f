public import Logging

/// How a ``TaskWorker`` goes about it.
public struct TaskWorkerConfiguration: Sendable {
    /// Where tasks and results are.
    public var taskQueue: TaskQueueConfiguration
    /// From which tasks are taken; empty: `worker_queues` of the settings, else `celery`.
    public var queues: [String]
    /// How many tasks run at once; `nil`: `worker_concurrency` of the settings, else the number of cores.
    public var concurrency: Int?
    /// How many tasks are held ahead for each that runs; `nil`: as many as keep it busy.
    public var prefetch: Int?
    /// How operators see it, as Celery's workers are named: `%h` is the host.
    public var name: String
    /// Where it tells what happens.
    public var logger: Logger
    /// Where handlers run; `nil`: on Swift's own few threads, which they should not block.
    public var executor: (any TaskExecutor)?

    /// As `tq-work` goes about it where nothing else is said.
    public init(
        taskQueue: TaskQueueConfiguration = TaskQueueConfiguration(),
        queues: [String] = [],
        concurrency: Int? = nil,
        prefetch: Int? = nil,
        name: String = "tq@%h",
        logger: Logger = Logger(label: "tq"),
        executor: (any TaskExecutor)? = nil
    ) {
        self.taskQueue = taskQueue
        self.queues = queues
        self.concurrency = concurrency
        self.prefetch = prefetch
        self.name = name
        self.logger = logger
        self.executor = executor
    }
}
