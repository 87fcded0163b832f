package import TaskQueue
package import TaskSchedules

/// What a settings file says, checked; a field that the file leaves out is `nil` or empty.
///
/// Flags and environment go before it; the defaults named here come after it. Keys have Celery's
/// lowercase names.
package struct Settings: Sendable {
    /// The file that was read; `nil` when there was none, and then all the rest is `nil` or empty.
    package var file: String?
    /// Whether that is `./tq.toml`, which nobody named: it comes with the folder one stands in.
    package var isOfWorkingDirectory = false

    /// `broker_url`, `broker_url_file`; `nil` for SQLite in the user's state directory.
    package var brokerURL: ConfiguredURL?
    /// `result_backend`, `result_backend_file`; `nil` for where the broker is.
    package var resultBackend: ConfiguredURL?
    /// `broker_use_ssl`, for URLs that can have it; `nil`: only where the URL is `rediss`.
    package var brokerTLS: TLSOptions?
    /// `redis_backend_use_ssl`, in the same way.
    package var backendTLS: TLSOptions?
    /// `broker_transport_options`.
    package var brokerTransport = TransportOptions()
    /// `result_backend_transport_options`.
    package var backendTransport = TransportOptions()
    /// `connect_timeout`, above zero; `nil` for 2 seconds.
    package var connectTimeout: Duration?
    /// `timezone`, for times without an offset; `nil` for the system's.
    package var timezone: LocalTimeZone?

    /// `task_default_queue`; `nil` for `celery`.
    package var taskDefaultQueue: QueueName?
    /// `task_default_priority`, 0 to 9; `nil` for none.
    package var taskDefaultPriority: Int?
    /// `task_default_queue_type`, of queues that are declared on RabbitMQ.
    package var declaresQuorumQueues = false
    /// `task_default_exchange_type`, of that of the default queue when it is declared on RabbitMQ: `direct`, `topic` or
    /// `fanout`; `nil` for the first.
    package var taskDefaultExchangeType: String?
    /// `task_queue_max_priority`, of queues that are declared on RabbitMQ; `nil`: they know no priorities.
    package var taskQueueMaxPriority: Int?
    /// `task_ignore_result`; `nil` for false.
    package var taskIgnoreResult: Bool?
    /// `task_time_limit`; zero and `nil` mean no limit.
    package var taskTimeLimit: Duration?
    /// `task_soft_time_limit`; zero and `nil` mean no limit.
    package var taskSoftTimeLimit: Duration?
    /// `result_max_bytes`, above zero; `nil` is 16 MiB.
    package var resultMaxBytes: Int?
    /// `message_max_bytes`, above zero; `nil` is 64 MiB.
    package var messageMaxBytes: Int?
    /// `message_max_time_limit`; zero and `nil`: a message may ask for any.
    package var messageMaxTimeLimit: Duration?
    /// `message_max_retries`; -1 and `nil`: a message may ask for any number.
    package var messageMaxRetries: Int?
    /// `task_routes`, in the order of the file: the first that matches counts.
    package var taskRoutes: [TaskRoute] = []
    /// `[tasks."NAME"]`, in the order of the file, each name once.
    package var tasks: [TaskSettings] = []
    /// `tasks_dir`, an absolute path; `nil` for `./tasks`.
    package var tasksDirectory: String?

    /// `worker_concurrency`, above zero; `nil` for the number of cores.
    package var workerConcurrency: Int?
    /// `worker_prefetch_multiplier`, tasks held ahead for each that can run; `nil`: the worker sees.
    package var workerPrefetch: Int?
    /// `worker_queues`, at least one; `nil` for the default queue.
    package var workerQueues: [QueueName]?

    /// `result_expires`; zero keeps results for ever, `nil` is a day.
    package var resultExpires: Duration?

    /// `[beat_schedule.NAME]`, in the order of the file, each name once.
    package var beatSchedule: [BeatEntry] = []

    /// Of a machine without a settings file.
    package init() {}
}

extension Settings {
    /// What the file says about a task, in its own table and in that of all tasks; `nil` when it says
    /// nothing.
    package func settings(for task: TaskName) -> TaskSettings? {
        let common = tasks.first { $0.name.text == TaskSettings.common }
        guard let own = tasks.first(where: { $0.name == task }) else { return common }
        return common.map { own.completed(by: $0) } ?? own
    }
}
