/// What the worker's own settings say about the tasks of one name; a message may say otherwise.
package struct TaskPolicy: Equatable, Sendable {
    package var ignoresResult = false
    package var limits = TimeLimits.none
    /// The longest time limit that a message may ask for; `nil`: any.
    package var longestAsked: Duration?
    package var retry = RetryPolicy()

    package init() {}

    /// The limits of a task whose message asks for some.
    func limits(asked: TimeLimits) -> TimeLimits {
        asked.capped(at: longestAsked).completed(by: limits).inForce
    }
}

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
        ignoresResult = task?.ignoreResult ?? settings.taskIgnoreResult ?? base.ignoresResult
        let hard = timeLimit ?? task?.timeLimit ?? settings.taskTimeLimit
        let soft = softTimeLimit ?? task?.softTimeLimit ?? settings.taskSoftTimeLimit
        limits = TimeLimits(hard: hard, soft: soft)
        if hard == nil { limits.hard = base.limits.hard }
        if soft == nil { limits.soft = base.limits.soft }
        let most = task?.messageMaxTimeLimit ?? settings.messageMaxTimeLimit
        longestAsked = most.flatMap { $0 > .zero ? $0 : nil } ?? base.longestAsked
        retry = base.retry
        let tries = task?.messageMaxRetries ?? settings.messageMaxRetries
        retry.mostAsked = tries.map { $0 < 0 ? nil : $0 } ?? base.retry.mostAsked
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
