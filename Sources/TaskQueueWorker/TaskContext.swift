public import FoundationEssentials
public import Logging
import TaskQueue

/// A run of a task, as its handler sees it.
public struct TaskContext: Sendable {
    private let run: HandlerRun
    private let services: HandlerServices

    init(_ run: HandlerRun, _ services: HandlerServices) {
        self.run = run
        self.services = services
    }

    private var task: TaskMessage { run.assignment.task }

    /// The task's id: the same in every try.
    public var id: String { task.id.text }
    /// The name by which the task was sent.
    public var taskName: String { task.task.text }
    /// The queue that it was taken from.
    public var queue: String { run.assignment.queue.text }
    /// How often it has been tried before.
    public var retries: Int { task.retries }
    /// How often it may be tried again in all; `nil`: without end.
    public var maxRetries: Int? { run.assignment.maxRetries }
    /// The first task of the workflow; its own id if a client sent it.
    public var rootID: String { task.rootID.text }
    /// The task that sent this one; `nil`: a client did.
    public var parentID: String? { task.parentID?.text }

    /// The worker that runs it, as `tq-ctl workers` shows it: `tq@host`.
    public var workerName: String { services.workerName }
    /// When it was sent, by its sender's clock, to the millisecond; `nil`: its id does not say, as with Celery's
    /// ids.
    public var sentAt: Date? {
        TaskIDParts(task.id).map { Date(timeIntervalSince1970: Double($0.clock >> 12) / 1000) }
    }
    /// The time before which it was not to be run; `nil`: it was to run at once.
    ///
    /// For a task that is tried again, the time when the retry was due.
    public var eta: Date? { task.eta.map(Date.init) }
    /// The time after which it is not to be run; `nil`: there is none.
    public var expires: Date? { task.expires.map(Date.init) }
    /// 0 to 9: 0 is served first.
    public var priority: Int { task.priority }

    /// A header of the task's message as a text; `nil`: there is no such header, or it is not a text.
    public func header(_ name: String) -> String? { task.headers[key: name]?.string }

    /// When the handler is cancelled, or left behind; `nil`: never.
    public var deadline: ContinuousClock.Instant? {
        let limits = run.assignment.limits
        return [limits.soft, limits.hard].compactMap(\.self).min()
            .map { .now + (run.startedAt + .microseconds(Int64($0 * 1e6)) - Instant.now) }
    }

    /// Whether the handler should come to an end: it is over its soft time limit, or the worker stops at
    /// once.
    public var isCancelled: Bool { Task.isCancelled }

    /// The worker's log, with the name and the id of the task.
    public var logger: Logger {
        var logger = services.logger
        logger[metadataKey: "task"] = "\(task.task)"
        logger[metadataKey: "id"] = "\(task.id)"
        return logger
    }

    /// Reports how far the task is; anyone waiting for it sees that, several times a second at most.
    ///
    /// - Parameter progress: any value; for an object with `current` and `total`, and perhaps `message`,
    ///   `tq-result --follow` draws a bar.
    /// - Throws: `EncodingError` for a value that JSON cannot hold.
    public func report(_ progress: some Encodable) throws {
        run.report(progress: try TaskCoding.encode(progress))
    }

    /// Reports that some of a number of steps are done.
    public func report(_ current: Int, of total: Int, _ message: String? = nil) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("current")
        writer.value(current)
        writer.key("total")
        writer.value(total)
        if let message {
            writer.key("message")
            writer.value(message)
        }
        writer.endObject()
        run.report(progress: JSONText(wellFormed: writer.bytes))
    }
}

// MARK: - Sending

extension TaskContext {
    /// Sends a task to the worker's own broker, as a child of this one.
    ///
    /// - Throws: ``TaskQueueError``.
    @discardableResult
    public func send<Request: TaskRequest>(
        _ request: Request,
        _ options: SendOptions = SendOptions()
    ) async throws(TaskQueueError) -> SentTask<Request.Output> {
        try await services.client().send(request, options, as: child).telling(waiting)
    }

    /// Sends many tasks at once, as children of this one.
    ///
    /// - Returns: the tasks, in their order.
    /// - Throws: ``TaskQueueError``; the first tasks may have been sent then.
    @discardableResult
    public func send<Request: TaskRequest>(
        _ requests: [Request],
        _ options: SendOptions = SendOptions()
    ) async throws(TaskQueueError) -> [SentTask<Request.Output>] {
        try await services.client().send(requests, options, as: child).map { $0.telling(waiting) }
    }

    /// Sends a task without a type, as a child of this one.
    ///
    /// - Parameters:
    ///   - name: of the task.
    ///   - arguments: one after the other.
    ///   - options: how it is sent.
    ///   - output: the type to read its result as.
    /// - Returns: the task.
    /// - Throws: ``TaskQueueError``.
    @discardableResult
    public func send<each Argument: Encodable & Sendable, Output: Decodable & Sendable>(
        _ name: String,
        _ arguments: repeat each Argument,
        options: SendOptions = SendOptions(),
        returning output: Output.Type = NoOutput.self
    ) async throws(TaskQueueError) -> SentTask<Output> {
        let list = try TaskDraft.arguments(of: name, repeat each arguments)
        let task: SentTask<Output> = try await services.client()
            .send(name, list, options, as: child)
        return task.telling(waiting)
    }

    /// Sends a task without a type, with named arguments, as a child of this one.
    ///
    /// - Parameters:
    ///   - name: of the task.
    ///   - arguments: one after the other, before the named ones.
    ///   - named: a dictionary, or a value whose properties are the arguments.
    ///   - options: how it is sent.
    ///   - output: the type to read its result as.
    /// - Returns: the task.
    /// - Throws: ``TaskQueueError``.
    @discardableResult
    public func send<each Argument: Encodable & Sendable, Output: Decodable & Sendable>(
        _ name: String,
        _ arguments: repeat each Argument,
        named: some Encodable & Sendable,
        options: SendOptions = SendOptions(),
        returning output: Output.Type = NoOutput.self
    ) async throws(TaskQueueError) -> SentTask<Output> {
        let list = try TaskDraft.arguments(of: name, repeat each arguments)
        let object = try TaskDraft.arguments(of: name, named: named)
        let task: SentTask<Output> = try await services.client()
            .send(name, list, named: object, options, as: child)
        return task.telling(waiting)
    }

    /// A task that was sent elsewhere, by its id; this does not check whether it exists.
    ///
    /// - Throws: ``TaskQueueError`` if no client can be made.
    public func task<Output: Decodable & Sendable>(
        _ id: String,
        returning output: Output.Type = NoOutput.self
    ) throws(TaskQueueError) -> SentTask<Output> {
        try services.client().task(id, returning: output).telling(waiting)
    }

    private var waiting: WaitNotice {
        WaitNotice(begin: { [run] in run.beginWaiting() }, end: { [run] in run.endWaiting() })
    }

    private var child: TaskOrigin { TaskOrigin(parent: task.id, root: task.rootID) }
}

extension Date {
    fileprivate init(_ time: Timestamp) {
        self.init(timeIntervalSince1970: Double(time.microseconds) / 1e6)
    }
}
