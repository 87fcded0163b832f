public import FoundationEssentials
internal import TaskQueue

/// How a task is sent; where a property is `nil`, the settings apply, or Celery's defaults.
///
/// ```swift
/// SendOptions(eta: .after(.seconds(600)), expires: .at(deadline), priority: 3)
/// ```
public struct SendOptions: Sendable {
    /// An instant.
    public enum Time: Hashable, Sendable {
        /// This long from now.
        case after(Duration)
        /// At this instant; to the microsecond, in the years 1 to 9999.
        case at(Date)
    }

    /// `nil`: the task's route in `tq.toml`, else the default queue.
    public var queue: String?
    /// The task is not run before this; `nil`: it is run at once.
    public var eta: Time?
    /// The task is not run after this, but ends as revoked; `nil`: it is run at any time.
    public var expires: Time?
    /// 0 to 9: 0 is served first.
    public var priority: Int?
    /// The task is sent only if no unfinished task holds this key.
    public var uniqueKey: String?
    /// With a key: it is free after this time, whatever has become of the task; `nil`: when the task has ended.
    public var uniqueFor: Duration?
    /// How long it may run until it is killed, or left behind; zero: for ever, `nil`: the worker's settings apply.
    public var timeLimit: Duration?
    /// How long it may run until it is told to end; zero: for ever, `nil`: the worker's settings apply.
    public var softTimeLimit: Duration?
    /// How often it may be tried again.
    public var maxRetries: Int?
    /// Whether no result is kept; then nobody can wait for the task.
    public var ignoresResult: Bool?
    /// The id of the task; `nil`: a new UUID.
    public var id: String?

    /// The defaults are those of the settings.
    public init(
        queue: String? = nil,
        eta: Time? = nil,
        expires: Time? = nil,
        priority: Int? = nil,
        uniqueKey: String? = nil,
        uniqueFor: Duration? = nil,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        maxRetries: Int? = nil,
        ignoresResult: Bool? = nil,
        id: String? = nil
    ) {
        self.queue = queue
        self.eta = eta
        self.expires = expires
        self.priority = priority
        self.uniqueKey = uniqueKey
        self.uniqueFor = uniqueFor
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.maxRetries = maxRetries
        self.ignoresResult = ignoresResult
        self.id = id
    }
}

extension SendOptions {
    /// These options, with the others' where these are `nil`.
    func completed(by other: SendOptions) -> SendOptions {
        var options = self
        options.queue = queue ?? other.queue
        options.eta = eta ?? other.eta
        options.expires = expires ?? other.expires
        options.priority = priority ?? other.priority
        options.uniqueKey = uniqueKey ?? other.uniqueKey
        options.uniqueFor = uniqueFor ?? other.uniqueFor
        options.timeLimit = timeLimit ?? other.timeLimit
        options.softTimeLimit = softTimeLimit ?? other.softTimeLimit
        options.maxRetries = maxRetries ?? other.maxRetries
        options.ignoresResult = ignoresResult ?? other.ignoresResult
        options.id = id ?? other.id
        return options
    }
}

extension SendOptions {
    /// A task to send now with these options, from within another.
    ///
    /// - Throws: ``TaskQueueError`` that says which option, or name, is impossible.
    func draft(
        _ task: String,
        _ arguments: TaskArguments,
        _ origin: TaskOrigin
    ) throws(TaskQueueError) -> TaskDraft {
        let name = try Self.name("a task's name", task)
        var options = try taskOptions()
        options.descend(from: origin)
        return TaskDraft(name, arguments, options)
    }

    private func taskOptions() throws(TaskQueueError) -> TaskOptions {
        let now = Timestamp.now()
        var options = TaskOptions()
        if let queue {
            guard let name = QueueName(queue) else {
                throw Self.bad(queue, QueueName.objection(queue))
            }
            options.queue = name
        }
        if let eta { options.eta = .at(try eta.instant(from: now, "eta")) }
        if let expires { options.expires = .at(try expires.instant(from: now, "expires")) }
        if let priority, !TaskOptions.priorities.contains(priority) {
            throw TaskQueueError(.request, "a priority is from 0 to 9, not \(priority)")
        }
        options.priority = priority
        options.shared.unique = try uniqueHold()
        for (name, limit) in [("timeLimit", timeLimit), ("softTimeLimit", softTimeLimit)] {
            if let limit, limit < .zero {
                throw TaskQueueError(.request, "\(name) cannot be negative")
            }
        }
        options.shared.timeLimits = TimeLimits(hard: timeLimit, soft: softTimeLimit)
        if let maxRetries, maxRetries < 0 {
            throw TaskQueueError(.request, "no task can be tried again \(maxRetries) times")
        }
        options.shared.maxRetries = maxRetries
        options.ignoresResult = ignoresResult
        options.id = try id.map { text throws(TaskQueueError) in
            TaskID(try Self.name("a task's id", text).text)
        }
        return options
    }

    private func uniqueHold() throws(TaskQueueError) -> UniqueHold? {
        guard let uniqueKey else {
            guard uniqueFor == nil else {
                throw TaskQueueError(.request, "uniqueFor means nothing without a uniqueKey")
            }
            return nil
        }
        if let uniqueFor, uniqueFor <= .zero {
            throw TaskQueueError(.request, "uniqueFor must be above zero")
        }
        return UniqueHold(try Self.name("a unique key", uniqueKey).text, for: uniqueFor)
    }

    private static func name(_ kind: String, _ text: String) throws(TaskQueueError) -> TaskName {
        guard let name = TaskName(text) else {
            throw bad(text, "\(kind) has at least one character, and no control characters")
        }
        return name
    }

    private static func bad(_ text: String, _ rule: String) -> TaskQueueError {
        let found = text.isEmpty ? "this one is empty" : "this one has: \(text.debugDescription)"
        return TaskQueueError(.request, "\(rule); \(found)")
    }
}

extension SendOptions.Time {
    fileprivate func instant(
        from now: Timestamp,
        _ option: String
    ) throws(TaskQueueError) -> Timestamp {
        let instant: Timestamp? =
            switch self {
            case .after(let length): now.exactly(after: length)
            case .at(let date): Timestamp(date)
            }
        guard let instant else {
            throw TaskQueueError(.request, "\(option): \(Timestamp.rangeOfDates)")
        }
        return instant
    }
}
