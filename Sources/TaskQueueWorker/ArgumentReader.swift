import TaskQueue

/// Reads arguments that come one after the other.
struct ArgumentReader {
    private let arguments: [JSONText]
    private var index = 0

    /// Begins with the first argument of a message.
    ///
    /// - Throws: ``BadArguments`` if some are given by name.
    init(_ message: TaskMessage) throws(BadArguments) {
        if message.kwargs != .emptyObject, let name = message.kwargs.members?.first?.key {
            throw BadArguments("it takes its arguments by position, and was given \(name) by name")
        }
        arguments = message.args == .emptyArray ? [] : message.args.elements ?? []
    }

    /// The next argument; one that is optional may be missing.
    mutating func next<Value: Decodable>(_ type: Value.Type) throws(BadArguments) -> Value {
        guard index < arguments.count else {
            if let optional = type as? any ExpressibleByNilLiteral.Type,
                let value = optional.init(nilLiteral: ()) as? Value
            {
                return value
            }
            throw BadArguments("the argument \(index + 1) is missing")
        }
        defer { index += 1 }
        let argument = arguments[index]
        // Unwrapped before the cast: nil can be cast to whatever is optional.
        if let plain = type as? any PlainArgument.Type,
            let read = plain.init(argument: argument), let value = read as? Value
        {
            return value
        }
        do { return try TaskCoding.decode(type, from: argument) } catch {
            throw BadArguments(error, at: index, type, argument)
        }
    }

    /// Refuses more.
    func finish() throws(BadArguments) {
        guard index < arguments.count else { return }
        throw BadArguments("it takes \(index) arguments, and was given \(arguments.count)")
    }
}
