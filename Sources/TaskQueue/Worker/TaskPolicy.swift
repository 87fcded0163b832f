/// What the worker's own settings say about the tasks of one name; a message may say otherwise.
package struct TaskPolicy: Equatable, Sendable {
    package var ignoresResult = false
    package var limits = TimeLimits.none
    package var retry = RetryPolicy()

    package init() {}
}

extension TaskPolicy {
    /// - Parameters:
    ///   - settings: of the whole file.
    ///   - task: what the file says about it; `nil`: nothing.
    ///   - timeLimit: goes before the file's; zero is none, `nil` is what the file says.
    ///   - softTimeLimit: the same for the soft limit.
    package init(
        _ settings: Settings,
        _ task: TaskSettings?,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil
    ) {
        ignoresResult = task?.ignoreResult ?? settings.taskIgnoreResult ?? false
        limits = TimeLimits(
            hard: timeLimit ?? task?.timeLimit ?? settings.taskTimeLimit,
            soft: softTimeLimit ?? task?.softTimeLimit ?? settings.taskSoftTimeLimit
        )
        guard let task else { return }
        retry = RetryPolicy(task)
    }
}

extension RetryPolicy {
    init(_ task: TaskSettings) {
        self.init()
        if let maxRetries = task.maxRetries { self.maxRetries = maxRetries < 0 ? nil : maxRetries }
        if let delay = task.retryDelay { self.delay = delay }
        backoff = task.retryBackoff.flatMap { $0 > .zero ? $0 : nil }
        if let longest = task.longestBackoff { longestBackoff = longest }
        if let jitter = task.retryJitter { hasJitter = jitter }
    }
}
