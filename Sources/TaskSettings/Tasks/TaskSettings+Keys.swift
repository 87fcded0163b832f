internal import TaskQueue

extension TaskSettings {
    /// Every key of the table.
    static let keys: [SettingsKey<TaskSettings>] = commandKeys + limitKeys + retryKeys

    private static let commandKeys: [SettingsKey<TaskSettings>] = [
        SettingsKey("run") { task, item throws(SettingsError) in
            try task.refuseIfCommon(item)
            task.command = try item.command()
        },
        SettingsKey("stream") { task, item throws(SettingsError) in
            try task.refuseIfCommon(item)
            task.isStream = try item.boolean()
        },
        SettingsKey("ignore_result") { task, item throws(SettingsError) in
            task.ignoreResult = try item.boolean()
        },
        SettingsKey("working_directory") { task, item throws(SettingsError) in
            task.workingDirectory = try item.path()
        },
        SettingsKey("env") { task, item throws(SettingsError) in
            task.environment = try item.environment()
        },
        SettingsKey("pass_environment") { task, item throws(SettingsError) in
            task.passedEnvironment = try item.variablePatterns()
        },
        SettingsKey("pass_broker") { task, item throws(SettingsError) in
            task.passesBroker = try item.boolean()
        },
        SettingsKey("umask") { task, item throws(SettingsError) in
            task.umask = try item.umask()
        },
        SettingsKey("nice") { task, item throws(SettingsError) in
            task.niceness = try item.integer(in: -20...19)
        },
        SettingsKey("user") { task, item throws(SettingsError) in
            task.user = try item.text()
        },
    ]

    private static let limitKeys: [SettingsKey<TaskSettings>] = [
        SettingsKey("time_limit") { task, item throws(SettingsError) in
            task.timeLimit = try item.duration()
        },
        SettingsKey("soft_time_limit") { task, item throws(SettingsError) in
            task.softTimeLimit = try item.duration()
        },
        SettingsKey("max_rss") { task, item throws(SettingsError) in
            task.maxRSS = try item.bytes()
        },
        SettingsKey("result_max_bytes") { task, item throws(SettingsError) in
            task.resultMaxBytes = try item.bytes()
        },
        SettingsKey("message_max_time_limit") { task, item throws(SettingsError) in
            task.messageMaxTimeLimit = try item.duration()
        },
        SettingsKey("message_max_retries") { task, item throws(SettingsError) in
            task.messageMaxRetries = try item.integer(in: retryCounts)
        },
    ]

    /// What a number of tries may be; -1 is without end.
    static let retryCounts = -1...1_000_000_000

    private static let retryKeys: [SettingsKey<TaskSettings>] = [
        SettingsKey("max_retries") { task, item throws(SettingsError) in
            task.maxRetries = try item.integer(in: retryCounts)
        },
        SettingsKey("default_retry_delay") { task, item throws(SettingsError) in
            task.retryDelay = try item.duration()
        },
        SettingsKey("retry_backoff") { task, item throws(SettingsError) in
            task.retryBackoff = try item.backoff()
        },
        SettingsKey("retry_backoff_max") { task, item throws(SettingsError) in
            task.longestBackoff = try item.duration()
        },
        SettingsKey("retry_jitter") { task, item throws(SettingsError) in
            task.retryJitter = try item.boolean()
        },
        SettingsKey("retry_on") { task, item throws(SettingsError) in
            task.retryOn = try item.exitConditions()
        },
        SettingsKey("fatal_on") { task, item throws(SettingsError) in
            task.fatalOn = try item.exitConditions()
        },
    ]

    /// Refuses what can only be said of one task.
    private func refuseIfCommon(_ item: SettingsItem) throws(SettingsError) {
        guard name.text != Self.common else {
            throw item.badValue("[tasks.\"*\"] says what all tasks have in common: name the task")
        }
    }
}
