package import TaskQueue

extension TaskPolicy {
    /// - Parameters:
    ///   - settings: of the whole file.
    ///   - task: what the file says about it; `nil`: nothing.
    ///   - timeLimit: overrides the file's; zero means never, `nil` keeps the file's.
    ///   - softTimeLimit: the same for the soft limit.
    ///   - base: applies where nothing else does.
    package init(
        _ settings: Settings,
        _ task: TaskSettings?,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        base: TaskPolicy = TaskPolicy()
    ) {
        self = base
        if let ignores = task?.ignoreResult ?? settings.taskIgnoreResult { ignoresResult = ignores }
        let hard = timeLimit ?? task?.timeLimit ?? settings.taskTimeLimit
        let soft = softTimeLimit ?? task?.softTimeLimit ?? settings.taskSoftTimeLimit
        limits = TimeLimits(hard: hard, soft: soft)
        if hard == nil { limits.hard = base.limits.hard }
        if soft == nil { limits.soft = base.limits.soft }
        if let most = task?.messageMaxTimeLimit ?? settings.messageMaxTimeLimit, most > .zero {
            longestAsked = most
        }
        if let tries = task?.messageMaxRetries ?? settings.messageMaxRetries {
            retry.mostAsked = tries < 0 ? nil : tries
        }
        if let task { retry.adopt(task) }
    }
}

extension RetryPolicy {
    /// Applies the settings of a task.
    fileprivate mutating func adopt(_ task: TaskSettings) {
        if let maxRetries = task.maxRetries { self.maxRetries = maxRetries < 0 ? nil : maxRetries }
        if let delay = task.retryDelay { self.delay = delay }
        if let backoff = task.retryBackoff { self.backoff = backoff > .zero ? backoff : nil }
        if let longest = task.longestBackoff { longestBackoff = longest }
        if let jitter = task.retryJitter { hasJitter = jitter }
    }
}
