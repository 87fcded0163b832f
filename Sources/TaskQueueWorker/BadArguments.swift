import TaskQueue
import TaskQueueClient

/// A task was sent with arguments that its handler does not take.
struct BadArguments: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    /// Which argument it is, and what is wrong with it.
    ///
    /// - Parameters:
    ///   - error: what the decoder says, or the type itself.
    ///   - index: of the argument that was decoded; `nil`: all were.
    init(_ error: any Error, at index: Int? = nil) {
        func name(_ path: [any CodingKey]) -> String {
            let words = path.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }
            let place = (index.map { ["\($0 + 1)"] } ?? []) + words
            return place.isEmpty ? "an argument" : "the argument \(place.joined(separator: "."))"
        }
        switch error {
        case let error as BadArguments: self = error
        case DecodingError.typeMismatch(let type, let context):
            self.init("\(name(context.codingPath)) is not \(Self.word(type))")
        case DecodingError.valueNotFound(_, let context):
            self.init("\(name(context.codingPath)) is null")
        case DecodingError.keyNotFound(let key, let context):
            self.init("\(name(context.codingPath + [key])) is missing")
        default:
            let problem = CodingProblem(error)
            let text = problem?.text ?? ErrorText.message(of: error)
            self.init("\(name(problem?.path ?? [])): \(text)")
        }
    }

    /// The same of an argument that was decoded alone, which may be a number that its type does not hold.
    init(_ error: any Error, at index: Int, _ type: any Any.Type, _ argument: JSONText) {
        if argument == .null {
            // Of some types the decoder says something else.
            self.init("the argument \(index + 1) is null")
            return
        }
        guard argument.kind == .number, let range = (type as? any RangedNumber.Type)?.words
        else {
            self.init(error, at: index)
            return
        }
        self.init("the argument \(index + 1) is not \(range)")
    }

    var failure: TaskFailure {
        TaskFailure(type: "BadArguments", message: reason, module: "tq")
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
