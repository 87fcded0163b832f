import TaskQueue

/// How the tasks of a handler are run, where neither message nor settings say.
///
/// ```swift
/// tasks.on(Thumbnail.self, HandlerOptions(timeLimit: .seconds(60), blocks: true)) { _, thumbnail in
///     thumbnail.path
/// }
/// ```
public struct HandlerOptions: Sendable {
    /// How often a task is run again at most; `nil`: without end.
    public var maxRetries: Int?
    /// The time between two tries.
    public var retryDelay: Duration
    /// The time after the first try, doubled after each further one; `nil` and zero: always ``retryDelay``.
    public var retryBackoff: Duration?
    /// The longest backoff.
    public var retryBackoffMax: Duration
    /// Whether to shorten a backoff at random, so that tasks that failed together do not come back together.
    public var retryJitter: Bool
    /// Whether a task is tried again after any error that is not a ``TaskVerdict``.
    ///
    /// A task that has broken a time limit, soft or hard, is not tried again, whatever was thrown then; nor is a
    /// task with wrong arguments, or one whose handler was cancelled. To try again after a soft limit, throw
    /// ``TaskVerdict/retry(after:because:)``.
    public var retriesErrors: Bool
    /// The time after which the handler is cancelled; `nil` and zero: never.
    ///
    /// The task then ends as `SoftTimeLimitExceeded`, whatever error comes out of it, except for a
    /// ``TaskVerdict`` or ``TaskError`` that the handler throws itself; a result is a result.
    public var softTimeLimit: Duration?
    /// The time after which the task has failed, and the handler is left behind; `nil` and zero: never.
    public var timeLimit: Duration?
    /// Whether the handler waits for things that do not suspend it: files, locks, C libraries.
    ///
    /// It then runs on a thread of its own. Use `onThread` of ``TaskHandlers`` for functions that must not be
    /// called from `async` ones at all.
    public var blocks: Bool
    /// Whether no result is stored, whatever the sender asked for; anyone waiting for it waits in vain.
    public var ignoresResult: Bool

    /// The defaults are those of Celery.
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
