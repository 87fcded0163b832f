import TaskQueue

/// The handlers of a program, by the names of their tasks.
///
/// A name that is empty, has control characters or already has a handler is reported once all handlers are
/// there: ``TaskWorker`` throws a ``TaskQueueError``, ``TaskProgram`` ends with status 78.
///
/// ```swift
/// tasks.on("add") { (_, x: Int, y: Int) in x + y }
/// tasks.on(Thumbnail.self) { context, thumbnail in
///     context.logger.info("scaling \(thumbnail.path)")
///     return try await scale(thumbnail.path, to: thumbnail.width)
/// }
/// ```
public struct TaskHandlers {
    private var table = HandlerTable()
    private let services: HandlerServices
    /// The first handler that is impossible; `nil`: all are possible.
    private var problem: String?

    init(_ services: HandlerServices) {
        self.services = services
    }

    /// Handles a task whose arguments come one after the other.
    ///
    /// Optional arguments at the end may be missing.
    ///
    /// - Parameters:
    ///   - task: its name, which no other handler has.
    ///   - options: apply where neither message nor settings say.
    ///   - handler: returns the task's result. An error that it throws decides what becomes of the task:
    ///     ``TaskVerdict``, ``TaskError``, or any other error.
    public mutating func on<each Argument: Decodable & Sendable, Output: Encodable & Sendable>(
        _ task: String,
        _ options: HandlerOptions = HandlerOptions(),
        handler: @escaping @Sendable (TaskContext, repeat each Argument) async throws -> Output
    ) {
        add(task, options) { message, context in
            var reader = try ArgumentReader(message)
            let arguments = (repeat try reader.next((each Argument).self))
            try reader.finish()
            return try Self.encode(try await handler(context, repeat each arguments))
        }
    }

    /// Handles a task whose arguments come one after the other, without a result.
    public mutating func on<each Argument: Decodable & Sendable>(
        _ task: String,
        _ options: HandlerOptions = HandlerOptions(),
        handler: @escaping @Sendable (TaskContext, repeat each Argument) async throws -> Void
    ) {
        add(task, options) { message, context in
            var reader = try ArgumentReader(message)
            let arguments = (repeat try reader.next((each Argument).self))
            try reader.finish()
            try await handler(context, repeat each arguments)
            return .null
        }
    }

    /// Handles a task whose arguments are a type's properties, by name or in their order.
    ///
    /// - Parameters:
    ///   - request: names the task; no other handler has this name.
    ///   - options: apply where neither message nor settings say.
    ///   - handler: returns the task's result. An error that it throws decides what becomes of the task:
    ///     ``TaskVerdict``, ``TaskError``, or any other error.
    public mutating func on<Request: TaskRequest>(
        _ request: Request.Type,
        _ options: HandlerOptions = HandlerOptions(),
        handler: @escaping @Sendable (TaskContext, Request) async throws -> Request.Output
    ) {
        add(Request.taskName, options) { message, context in
            let request = try RequestReader.request(Request.self, of: message)
            return try Self.encode(try await handler(context, request))
        }
    }

    /// Handles a task whose arguments are a type's properties, without a result.
    public mutating func on<Request: TaskRequest>(
        _ request: Request.Type,
        _ options: HandlerOptions = HandlerOptions(),
        handler: @escaping @Sendable (TaskContext, Request) async throws -> Void
    ) where Request.Output == NoOutput {
        add(Request.taskName, options) { message, context in
            try await handler(context, try RequestReader.request(Request.self, of: message))
            return .null
        }
    }

    mutating func add(
        _ task: String,
        _ options: HandlerOptions,
        _ body: @escaping @Sendable (TaskMessage, TaskContext) async throws -> JSONText
    ) {
        guard let name = TaskName(task) else {
            return complain(
                "\(task.debugDescription) cannot name a task: a name is not empty and has no control characters"
            )
        }
        let judge = ErrorJudge(retriesErrors: options.retriesErrors)
        let handler: HandlerRunner.Handler = { [services] run in
            do {
                let context = TaskContext(run, services)
                let result = try await RunSpan.with(run.assignment) {
                    try await body(run.assignment.task, context)
                }
                return .ended(.success(result))
            } catch {
                return judge.answer(to: error)
            }
        }
        let isNew = table.add(
            name,
            options.policy,
            options.blocks ? Self.onThread(handler) : handler
        )
        if !isNew { complain("there are two handlers for the task \(task)") }
    }

    private mutating func complain(_ sentence: String) { problem = problem ?? sentence }

    /// All of them.
    ///
    /// - Throws: ``TaskQueueError`` if one is impossible.
    func checked() throws(TaskQueueError) -> HandlerTable {
        if let problem { throw .badConfiguration(problem) }
        return table
    }

    /// A result that JSON cannot hold: the work is done, and is not to be done again.
    static func encode(_ result: some Encodable) throws(TaskVerdict) -> JSONText {
        do { return try TaskCoding.encode(result) } catch {
            throw .failForGood(
                TaskError(
                    "BadResult",
                    "the result cannot be written as JSON: \(ErrorText.message(of: error))"
                )
            )
        }
    }

    private static func onThread(
        _ handler: @escaping HandlerRunner.Handler
    ) -> HandlerRunner.Handler {
        { run in
            await withTaskExecutorPreference(ThreadExecutor.shared) { await handler(run) }
        }
    }
}
