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
    ///   - limits: go before the file's; what they leave out, the file says.
    package init(_ settings: Settings, _ task: TaskSettings?, limits: TimeLimits = .none) {
        ignoresResult = task?.ignoreResult ?? settings.taskIgnoreResult ?? false
        let hard = task?.timeLimit ?? settings.taskTimeLimit
        let soft = task?.softTimeLimit ?? settings.taskSoftTimeLimit
        self.limits = limits.completed(by: TimeLimits(hard: hard, soft: soft))
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
