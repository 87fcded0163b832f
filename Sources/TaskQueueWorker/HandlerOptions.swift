import TaskQueue

/// How the tasks of a handler are run where neither message nor settings say anything.
///
/// ```swift
/// tasks.on(Thumbnail.self, HandlerOptions(timeLimit: .seconds(60), blocks: true)) { _, thumbnail in
///     thumbnail.path
/// }
/// ```
public struct HandlerOptions: Sendable {
    /// How often a task is run again at most; `nil`: without end.
    public var maxRetries: Int?
    /// Between two tries.
    public var retryDelay: Duration
    /// After the first try, and twice as much after each other; `nil` and zero: always ``retryDelay``.
    public var retryBackoff: Duration?
    /// No backoff is longer.
    public var retryBackoffMax: Duration
    /// Whether a backoff is by chance shorter, so that tasks that failed together do not come back together.
    public var retryJitter: Bool
    /// Whether a task is tried again after any error that is no ``TaskVerdict``.
    ///
    /// What has broken a time limit, soft or hard, is not, whatever was thrown then; nor is a task with wrong
    /// arguments, or a handler that was cancelled. To try again after a soft limit, throw
    /// ``TaskVerdict/retry(after:because:)``.
    public var retriesErrors: Bool
    /// After which the handler is cancelled; `nil` and zero: never.
    ///
    /// The task ends as `SoftTimeLimitExceeded` then, whatever error comes out of it, but for a
    /// ``TaskVerdict`` or ``TaskError`` that the handler throws itself; a result is a result.
    public var softTimeLimit: Duration?
    /// After which the task has failed, and the handler is left behind; `nil` and zero: never.
    public var timeLimit: Duration?
    /// Whether the handler waits for what does not suspend it: files, locks, C libraries.
    ///
    /// It then runs on a thread of its own. What must not be called in an `async` function at all is for
    /// `onThread` of ``TaskHandlers``.
    public var blocks: Bool
    /// Whether no result is stored, whatever its sender wants: who waits for one waits in vain.
    public var ignoresResult: Bool

    /// What is left out is as Celery has it.
    public init(
        maxRetries: Int? = 3,
        retryDelay: Duration = .seconds(180),
        retryBackoff: Duration? = nil,
        retryBackoffMax: Duration = .seconds(600),
        retryJitter: Bool = true,
        retriesErrors: Bool = false,
        softTimeLimit: Duration? = nil,
        timeLimit: Duration? = nil,
        blocks: Bool = false,
        ignoresResult: Bool = false
    ) {
        self.maxRetries = maxRetries
        self.retryDelay = retryDelay
        self.retryBackoff = retryBackoff
        self.retryBackoffMax = retryBackoffMax
        self.retryJitter = retryJitter
        self.retriesErrors = retriesErrors
        self.softTimeLimit = softTimeLimit
        self.timeLimit = timeLimit
        self.blocks = blocks
        self.ignoresResult = ignoresResult
    }

    var policy: TaskPolicy {
        var policy = TaskPolicy()
        policy.ignoresResult = ignoresResult
        policy.limits = TimeLimits(hard: timeLimit, soft: softTimeLimit)
        policy.retry.maxRetries = maxRetries.map { max($0, 0) }
        policy.retry.delay = max(retryDelay, .zero)
        policy.retry.backoff = retryBackoff.flatMap { $0 > .zero ? $0 : nil }
        policy.retry.longestBackoff = max(retryBackoffMax, .zero)
        policy.retry.hasJitter = retryJitter
        return policy
    }
}
