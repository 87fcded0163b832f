import TaskQueue

/// A task was sent with arguments that its handler does not take.
struct BadArguments: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    /// Which argument it is, and what is wrong with it.
    init(_ error: DecodingError) {
        switch error {
        case .typeMismatch(let type, let context):
            self.init("\(Self.argument(context.codingPath)) is not \(Self.word(type))")
        case .valueNotFound(_, let context):
            self.init("\(Self.argument(context.codingPath)) is null")
        case .keyNotFound(let key, let context):
            self.init("\(Self.argument(context.codingPath + [key])) is missing")
        case .dataCorrupted(let context):
            self.init("\(Self.argument(context.codingPath)): \(context.debugDescription)")
        @unknown default: self.init("the arguments cannot be read")
        }
    }

    var failure: TaskFailure {
        TaskFailure(type: "BadArguments", message: reason, module: "tq")
    }

    /// By its name, or by its place from 1.
    private static func argument(_ path: [any CodingKey]) -> String {
        let words = path.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }
        return "the argument \(words.joined(separator: "."))"
    }

    /// What people call the values of a type.
    private static func word(_ type: any Any.Type) -> String {
        switch type {
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is [Any].Type: "an array"
        case is [String: Any].Type: "an object"
        default: "what it should be"
        }
    }
}
