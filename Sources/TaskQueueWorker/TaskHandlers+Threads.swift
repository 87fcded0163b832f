import TaskQueue

// MARK: - What blocks

/// Handlers that are synchronous, each of which runs on a thread of its own, whatever
/// ``HandlerOptions/blocks`` says: so they may call what must not be called in an `async` function, such as
/// `Thread.sleep` or a semaphore's `wait`.
///
/// They are cancelled as others are: `Task.isCancelled` and ``TaskContext/isCancelled`` say so.
extension TaskHandlers {
    /// Handles a task whose arguments come one after the other, on a thread of its own.
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

    /// Handles a task whose arguments come one after the other, and which has no result, on a thread of its
    /// own.
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

    /// Handles a task whose arguments are a type's properties, on a thread of its own.
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

    /// Handles a task whose arguments are a type's properties, and which has no result, on a thread of its
    /// own.
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
