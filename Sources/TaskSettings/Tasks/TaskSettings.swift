package import TaskQueue

/// A table `[tasks."NAME"]` of the settings file; that of the name `*` holds for all tasks what their own
/// tables leave out.
package struct TaskSettings: Sendable {
    package let name: TaskName
    /// Where the table begins, for messages about it.
    package let place: SettingsPlace
    /// `run`; `nil` when the task is an executable in the tasks directory or a Swift handler.
    package var command: TaskCommand?
    /// `stream`; `nil` for false: a process for each task.
    package var isStream: Bool?
    /// `ignore_result`; `nil` for `task_ignore_result`.
    package var ignoreResult: Bool?

    // The surroundings of its command.

    /// `working_directory`, an absolute path; `nil` for the worker's own.
    package var workingDirectory: String?
    /// `env`, in addition to the worker's own.
    package var environment: [String: String] = [:]
    /// `pass_environment`, names and patterns; `nil`: all variables of the worker.
    package var passedEnvironment: [GlobPattern]?
    /// `pass_broker`; `nil` is true.
    package var passesBroker: Bool?
    /// `umask`; `nil` for the worker's own.
    package var umask: UInt32?
    /// `nice`, -20 to 19; `nil` for the worker's own.
    package var niceness: Int?
    /// `user`, a name that need not exist; `nil` for the worker's own.
    package var user: String?

    // Its limits.

    /// `time_limit`; zero is no limit, `nil` is `task_time_limit`.
    package var timeLimit: Duration?
    /// `soft_time_limit`; zero is no limit, `nil` is `task_soft_time_limit`.
    package var softTimeLimit: Duration?
    /// `max_rss` in bytes; `nil`: as much as there is.
    package var maxRSS: Int?
    /// `result_max_bytes`; `nil` for that of all tasks.
    package var resultMaxBytes: Int?

    /// `message_max_time_limit`; zero is any, `nil` is that of all tasks.
    package var messageMaxTimeLimit: Duration?
    /// `message_max_retries`; -1 is any number, `nil` is that of all tasks.
    package var messageMaxRetries: Int?

    // What follows a failure.

    /// `max_retries`; -1 is without end, `nil` is 3.
    package var maxRetries: Int?
    /// `default_retry_delay`; `nil` is three minutes.
    package var retryDelay: Duration?
    /// `retry_backoff`, the first delay; `nil`, and zero, which is written false, mean no backoff.
    package var retryBackoff: Duration?
    /// `retry_backoff_max`; `nil` is ten minutes.
    package var longestBackoff: Duration?
    /// `retry_jitter`; `nil` is true.
    package var retryJitter: Bool?
    /// `retry_on`; `nil`: nothing but what the command itself asks for.
    package var retryOn: [ExitCondition]?
    /// `fatal_on`; `nil`: nothing but what the command itself says.
    package var fatalOn: [ExitCondition]?
}

extension TaskSettings {
    /// Reads one entry of `tasks`.
    init(_ item: SettingsItem) throws(SettingsError) {
        guard let name = TaskName(item.name) else {
            throw item.badValue("a task's name is not empty and has no control characters")
        }
        self.name = name
        place = item.place
        try SettingsKey.read(
            item.members(),
            by: Self.keys,
            hint: "a name with a dot needs quotes, as in [tasks.\"sms.send\"]",
            into: &self
        )
    }

    /// The name of the table that holds for all tasks.
    package static let common = "*"

    /// These settings, and what they leave out as `common` says; its command is nobody else's.
    func completed(by common: TaskSettings) -> TaskSettings {
        var settings = self
        settings.ignoreResult = ignoreResult ?? common.ignoreResult
        settings.workingDirectory = workingDirectory ?? common.workingDirectory
        settings.environment.merge(common.environment) { own, _ in own }
        settings.passedEnvironment = passedEnvironment ?? common.passedEnvironment
        settings.passesBroker = passesBroker ?? common.passesBroker
        settings.umask = umask ?? common.umask
        settings.niceness = niceness ?? common.niceness
        settings.user = user ?? common.user
        settings.timeLimit = timeLimit ?? common.timeLimit
        settings.softTimeLimit = softTimeLimit ?? common.softTimeLimit
        settings.maxRSS = maxRSS ?? common.maxRSS
        settings.resultMaxBytes = resultMaxBytes ?? common.resultMaxBytes
        settings.messageMaxTimeLimit = messageMaxTimeLimit ?? common.messageMaxTimeLimit
        settings.messageMaxRetries = messageMaxRetries ?? common.messageMaxRetries
        settings.maxRetries = maxRetries ?? common.maxRetries
        settings.retryDelay = retryDelay ?? common.retryDelay
        settings.retryBackoff = retryBackoff ?? common.retryBackoff
        settings.longestBackoff = longestBackoff ?? common.longestBackoff
        settings.retryJitter = retryJitter ?? common.retryJitter
        settings.retryOn = retryOn ?? common.retryOn
        settings.fatalOn = fatalOn ?? common.fatalOn
        return settings
    }
}
