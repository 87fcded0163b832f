internal import TaskQueue

extension Settings {
    /// Every key of the file's first level: a new one is added here and nowhere else.
    static let keys: [SettingsKey<Settings>] = [
        SettingsKey("broker_url") { settings, item throws(SettingsError) in
            try item.refuse(besides: "broker_url_file")
            settings.brokerURL = .written(try item.text())
        },
        SettingsKey("broker_url_file") { settings, item throws(SettingsError) in
            settings.brokerURL = .inFile(path: try item.path(), item.place)
        },
        SettingsKey("result_backend") { settings, item throws(SettingsError) in
            try item.refuse(besides: "result_backend_file")
            settings.resultBackend = .written(try item.text())
        },
        SettingsKey("result_backend_file") { settings, item throws(SettingsError) in
            settings.resultBackend = .inFile(path: try item.path(), item.place)
        },
        SettingsKey("broker_use_ssl") { settings, item throws(SettingsError) in
            settings.brokerTLS = try TLSOptions.read(item)
        },
        SettingsKey("redis_backend_use_ssl") { settings, item throws(SettingsError) in
            settings.backendTLS = try TLSOptions.read(item)
        },
        SettingsKey("broker_transport_options") { settings, item throws(SettingsError) in
            settings.brokerTransport = try TransportOptions(item)
        },
        SettingsKey("result_backend_transport_options") { settings, item throws(SettingsError) in
            settings.backendTransport = try TransportOptions(item)
        },
        SettingsKey("connect_timeout") { settings, item throws(SettingsError) in
            let timeout = try item.duration()
            guard timeout > .zero else { throw item.badValue("it has to be above zero") }
            settings.connectTimeout = timeout
        },
        SettingsKey("timezone") { settings, item throws(SettingsError) in
            settings.timezone = try item.timeZone()
        },
        SettingsKey("task_default_queue") { settings, item throws(SettingsError) in
            settings.taskDefaultQueue = try item.queueName()
        },
        SettingsKey("task_default_priority") { settings, item throws(SettingsError) in
            settings.taskDefaultPriority = try item.integer(in: TaskOptions.priorities)
        },
        SettingsKey("task_default_queue_type") { settings, item throws(SettingsError) in
            let types = ["classic": false, "quorum": true]
            guard let isQuorum = types[try item.text()] else {
                throw item.badValue("classic and quorum are known")
            }
            settings.declaresQuorumQueues = isQuorum
        },
        SettingsKey("task_default_exchange_type") { settings, item throws(SettingsError) in
            let type = try item.text()
            guard ["direct", "topic", "fanout"].contains(type) else {
                throw item.badValue("direct, topic and fanout are known")
            }
            settings.taskDefaultExchangeType = type
        },
        SettingsKey("task_queue_max_priority") { settings, item throws(SettingsError) in
            settings.taskQueueMaxPriority = try item.integer(in: 1...255)
        },
        SettingsKey("task_ignore_result") { settings, item throws(SettingsError) in
            settings.taskIgnoreResult = try item.boolean()
        },
        SettingsKey("task_time_limit") { settings, item throws(SettingsError) in
            settings.taskTimeLimit = try item.duration()
        },
        SettingsKey("task_soft_time_limit") { settings, item throws(SettingsError) in
            settings.taskSoftTimeLimit = try item.duration()
        },
        SettingsKey("result_max_bytes") { settings, item throws(SettingsError) in
            settings.resultMaxBytes = try item.bytes()
        },
        SettingsKey("message_max_bytes") { settings, item throws(SettingsError) in
            settings.messageMaxBytes = try item.bytes()
        },
        SettingsKey("message_max_time_limit") { settings, item throws(SettingsError) in
            settings.messageMaxTimeLimit = try item.duration()
        },
        SettingsKey("message_max_retries") { settings, item throws(SettingsError) in
            settings.messageMaxRetries = try item.integer(in: TaskSettings.retryCounts)
        },
        SettingsKey("task_routes") { settings, item throws(SettingsError) in
            for route in try item.members() {
                settings.taskRoutes.append(try TaskRoute(route))
            }
        },
        SettingsKey("tasks") { settings, item throws(SettingsError) in
            for task in try item.members() {
                settings.tasks.append(try TaskSettings(task))
            }
        },
        SettingsKey("tasks_dir") { settings, item throws(SettingsError) in
            settings.tasksDirectory = try item.path()
        },
        SettingsKey("worker_concurrency") { settings, item throws(SettingsError) in
            settings.workerConcurrency = try item.integer(in: WorkerLimits.concurrencyRange)
        },
        SettingsKey("worker_prefetch_multiplier") { settings, item throws(SettingsError) in
            settings.workerPrefetch = try item.integer(in: 0...10_000)
        },
        SettingsKey("worker_queues") { settings, item throws(SettingsError) in
            settings.workerQueues = try item.elements().map { queue throws(SettingsError) in
                try queue.queueName()
            }
        },
        SettingsKey("result_expires") { settings, item throws(SettingsError) in
            settings.resultExpires = try item.duration()
        },
        SettingsKey("beat_schedule") { settings, item throws(SettingsError) in
            for entry in try item.members() {
                settings.beatSchedule.append(
                    try BeatTable.entry(entry, zone: settings.timezone)
                )
            }
        },
    ]
}
