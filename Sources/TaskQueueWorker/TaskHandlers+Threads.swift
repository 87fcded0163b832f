import TaskQueue

// MARK: - What blocks

/// Synchronous handlers, each of which runs on its own thread, whatever
/// ``HandlerOptions/blocks`` says: so they may call functions that must not be called in an `async` one, such as
/// `Thread.sleep` or a semaphore's `wait`.
///
/// They are cancelled like others: `Task.isCancelled` and ``TaskContext/isCancelled`` say so.
extension TaskHandlers {
    /// Handles a task whose arguments come one after the other, on its own thread.
    ///
    /// ```swift
    /// tasks.onThread("sum") { (_, numbers: [Double]) in numbers.reduce(0, +) }
    /// ```
    public mutating func onThread<
        each Argument: Decodable & Sendable,
        Output: Encodable & Sendable
    >(
        _ task: String,
        _ options: HandlerOptions = HandlerOptions(),
        handler: @escaping @Sendable (TaskContext, repeat each Argument) throws -> Output
    ) {
        add(task, options.blocking) { message, context in
            var reader = try ArgumentReader(message)
            let arguments = (repeat try reader.next((each Argument).self))
            try reader.finish()
            return try Self.encode(try handler(context, repeat each arguments))
        }
    }

    /// Handles a task whose arguments come one after the other, without a result, on its own
    /// thread.
    public mutating func onThread<each Argument: Decodable & Sendable>(
        _ task: String,
        _ options: HandlerOptions = HandlerOptions(),
        handler: @escaping @Sendable (TaskContext, repeat each Argument) throws -> Void
    ) {
        add(task, options.blocking) { message, context in
            var reader = try ArgumentReader(message)
            let arguments = (repeat try reader.next((each Argument).self))
            try reader.finish()
            try handler(context, repeat each arguments)
            return .null
        }
    }

    /// Handles a task whose arguments are a type's properties, on its own thread.
    public mutating func onThread<Request: TaskRequest>(
        _ request: Request.Type,
        _ options: HandlerOptions = HandlerOptions(),
        handler: @escaping @Sendable (TaskContext, Request) throws -> Request.Output
    ) {
        add(Request.taskName, options.blocking) { message, context in
            let request = try RequestReader.request(Request.self, of: message)
            return try Self.encode(try handler(context, request))
        }
    }

    /// Handles a task whose arguments are a type's properties, without a result, on its own
    /// thread.
    public mutating func onThread<Request: TaskRequest>(
        _ request: Request.Type,
        _ options: HandlerOptions = HandlerOptions(),
        handler: @escaping @Sendable (TaskContext, Request) throws -> Void
    ) where Request.Output == NoOutput {
        add(Request.taskName, options.blocking) { message, context in
            try handler(context, try RequestReader.request(Request.self, of: message))
            return .null
        }
    }
}

extension HandlerOptions {
    fileprivate var blocking: HandlerOptions {
        var options = self
        options.blocks = true
        return options
    }
}
