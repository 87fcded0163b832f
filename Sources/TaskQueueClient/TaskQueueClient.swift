package import Connections
package import TaskQueue
package import TaskSettings

/// Sends tasks, and waits for their results.
///
/// One client serves a whole program: any number of Swift tasks may use it at once. It has one connection for
/// sending and one for waiting, and never blocks one of Swift's threads. It connects when it is first used,
/// and again when a connection is lost.
///
/// ```swift
/// let client = try TaskQueueClient()
/// let task = try await client.send(Thumbnail(path: "cat.jpg", width: 80))
/// print(try await task.value(timeout: .seconds(10)))
/// ```
public final class TaskQueueClient: Sendable {
    let sending: SenderThread
    let results: ResultThread
    /// The task inside which this program runs, if a worker started it.
    private let origin: TaskOrigin

    /// Reads the settings; connects to nothing yet.
    ///
    /// - Throws: ``TaskQueueError`` of the kind `settings`.
    public convenience init(
        _ configuration: TaskQueueConfiguration = .init()
    ) throws(TaskQueueError) {
        try self.init(
            try ClientSetup(configuration),
            configuration.isIsolated ? TaskOrigin(parent: nil, root: nil) : .ofProcess
        )
    }

    /// For a program that has already read the settings.
    package convenience init(
        _ settings: Settings,
        _ options: CommonOptions
    ) throws(TaskQueueError) {
        try self.init(ClientSetup(settings, options), .ofProcess)
    }

    private init(_ setup: ClientSetup, _ origin: TaskOrigin) throws(TaskQueueError) {
        self.origin = origin
        sending = try SenderThread(setup)
        results = try ResultThread(setup)
    }

    deinit {
        sending.stop()
        results.stop()
    }

    /// Sends what was handed in, ends all waits with an error, and frees threads and connections.
    ///
    /// Without it, the client ends the same way once it and all its ``SentTask`` are gone, but then nothing waits
    /// for that end.
    public func close() async {
        await sending.end()
        await results.end()
    }
}

// MARK: - Sending

extension TaskQueueClient {
    /// Sends a task, and returns when the broker has it.
    ///
    /// If the connection is lost meanwhile, the client connects again; the task is not sent twice.
    ///
    /// - Throws: ``TaskQueueError``.
    @discardableResult
    public func send<Request: TaskRequest>(
        _ request: Request,
        _ options: SendOptions = .init()
    ) async throws(TaskQueueError) -> SentTask<Request.Output> {
        try await send(request, options, as: origin)
    }

    /// Sends many tasks at once, each with the same options, which must name no id and no unique key.
    ///
    /// - Returns: the tasks, in their order.
    /// - Throws: ``TaskQueueError``; the first tasks may have been sent then.
    @discardableResult
    public func send<Request: TaskRequest>(
        _ requests: [Request],
        _ options: SendOptions = .init()
    ) async throws(TaskQueueError) -> [SentTask<Request.Output>] {
        try await send(requests, options, as: origin)
    }

    /// Sends a task without a type: one of Celery's, or a command.
    ///
    /// ```swift
    /// let sum = try await client.send("add", 2, 3, returning: Int.self).value()
    /// ```
    ///
    /// - Parameters:
    ///   - task: its name.
    ///   - arguments: one after the other.
    ///   - options: how it is sent.
    ///   - output: the type to read its result as; for a command, `String` reads what it printed.
    /// - Returns: the task.
    /// - Throws: ``TaskQueueError``.
    @discardableResult
    public func send<each Argument: Encodable & Sendable, Output: Decodable & Sendable>(
        _ task: String,
        _ arguments: repeat each Argument,
        options: SendOptions = .init(),
        returning output: Output.Type = NoOutput.self
    ) async throws(TaskQueueError) -> SentTask<Output> {
        let list = try TaskDraft.arguments(of: task, repeat each arguments)
        return try await send(task, list, options, as: origin)
    }

    /// Sends a task without a type, with named arguments.
    ///
    /// ```swift
    /// try await client.send("shop.greet", named: ["name": "Ada"], returning: String.self)
    /// ```
    ///
    /// - Parameters:
    ///   - task: its name.
    ///   - arguments: one after the other, before the named ones.
    ///   - named: a dictionary, or a value whose properties are the arguments.
    ///   - options: how it is sent.
    ///   - output: the type to read its result as.
    /// - Returns: the task.
    /// - Throws: ``TaskQueueError``.
    @discardableResult
    public func send<each Argument: Encodable & Sendable, Output: Decodable & Sendable>(
        _ task: String,
        _ arguments: repeat each Argument,
        named: some Encodable & Sendable,
        options: SendOptions = .init(),
        returning output: Output.Type = NoOutput.self
    ) async throws(TaskQueueError) -> SentTask<Output> {
        let list = try TaskDraft.arguments(of: task, repeat each arguments)
        let object = try TaskDraft.arguments(of: task, named: named)
        return try await send(task, list, named: object, options, as: origin)
    }

    /// A task that was sent elsewhere, by its id; this does not check whether it exists.
    public func task<Output: Decodable & Sendable>(
        _ id: String,
        returning output: Output.Type = NoOutput.self
    ) -> SentTask<Output> {
        SentTask(TaskID(id), isNew: true, keepsResult: true, wasSent: false, self)
    }
}

// MARK: - Sending from within a task

extension TaskQueueClient {
    /// Sends as ``send(_:_:)``, from within another task.
    package func send<Request: TaskRequest>(
        _ request: Request,
        _ options: SendOptions,
        as origin: TaskOrigin
    ) async throws(TaskQueueError) -> SentTask<Request.Output> {
        try await sent([
            TaskDraft(request, options.completed(by: Request.sendOptions), origin)
        ])[0]
    }

    /// Sends many at once, from within another task.
    package func send<Request: TaskRequest>(
        _ requests: [Request],
        _ options: SendOptions,
        as origin: TaskOrigin
    ) async throws(TaskQueueError) -> [SentTask<Request.Output>] {
        let options = options.completed(by: Request.sendOptions)
        if options.id != nil || options.uniqueKey != nil {
            throw TaskQueueError(.request, "an id or a unique key is for one task, not for many")
        }
        var drafts: [TaskDraft] = []
        drafts.reserveCapacity(requests.count)
        for request in requests { drafts.append(try TaskDraft(request, options, origin)) }
        return try await sent(drafts)
    }

    /// Sends a task without a type, from within another; `list` is a JSON array, `named` an object.
    package func send<Output: Decodable & Sendable>(
        _ task: String,
        _ list: JSONText,
        named: JSONText = .emptyObject,
        _ options: SendOptions,
        as origin: TaskOrigin
    ) async throws(TaskQueueError) -> SentTask<Output> {
        let arguments = TaskArguments(args: list, kwargs: named)
        return try await sent([try options.draft(task, arguments, origin)])[0]
    }

    private func sent<Output: Decodable & Sendable>(
        _ drafts: [TaskDraft]
    ) async throws(TaskQueueError) -> [SentTask<Output>] {
        try await Instrumentation.sending(drafts, receipt: { ($0.id, $0.isNew) }) {
            drafts throws(TaskQueueError) in try await sending.send(drafts)
        }.map { receipt in
            SentTask(
                receipt.id,
                isNew: receipt.isNew,
                keepsResult: receipt.keepsResult,
                wasSent: true,
                self
            )
        }
    }
}

extension TaskDraft {
    fileprivate init<Request: TaskRequest>(
        _ request: Request,
        _ options: SendOptions,
        _ origin: TaskOrigin
    ) throws(TaskQueueError) {
        let value: JSONText
        do { value = try TaskCoding.encode(request) } catch {
            throw .notEncoded(Request.taskName, error)
        }
        self = try options.draft(Request.taskName, TaskArguments(value: value), origin)
    }

    /// Named arguments, as a JSON object.
    ///
    /// - Throws: ``TaskQueueError`` for values that JSON cannot hold, or that have no names.
    package static func arguments(
        of task: String,
        named value: some Encodable
    ) throws(TaskQueueError) -> JSONText {
        let object: JSONText
        do { object = try TaskCoding.encode(value) } catch { throw .notEncoded(task, error) }
        guard object.kind == .object else { throw .notNamed(task) }
        return object
    }

    /// Arguments without names, as a JSON array.
    ///
    /// - Throws: ``TaskQueueError`` for values that JSON cannot hold.
    package static func arguments<each Argument: Encodable>(
        of task: String,
        _ arguments: repeat each Argument
    ) throws(TaskQueueError) -> JSONText {
        var writer = JSONWriter()
        writer.beginArray()
        do {
            for argument in repeat each arguments { writer.value(try TaskCoding.encode(argument)) }
        } catch {
            throw .notEncoded(task, error)
        }
        writer.endArray()
        return JSONText(wellFormed: writer.bytes)
    }
}
