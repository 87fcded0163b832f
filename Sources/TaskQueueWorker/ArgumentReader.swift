import TaskQueue

/// Reads arguments that come one after the other.
struct ArgumentReader {
    private var container: any UnkeyedDecodingContainer

    /// Begins with the first argument of a message.
    ///
    /// - Throws: ``BadArguments`` if some are given by name.
    init(_ message: TaskMessage) throws {
        if let name = message.kwargs.members?.first?.key {
            throw BadArguments("it takes its arguments by position, and was given \(name) by name")
        }
        container = try TaskCoding.decode(Source.self, from: message.args).container
    }

    /// The next argument; one that is optional may be missing.
    mutating func next<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard container.isAtEnd else {
            do { return try container.decode(type) } catch let error as DecodingError {
                throw BadArguments(error)
            }
        }
        if let optional = type as? any ExpressibleByNilLiteral.Type,
            let value = optional.init(nilLiteral: ()) as? Value
        {
            return value
        }
        throw BadArguments("the argument \(container.currentIndex + 1) is missing")
    }

    /// Refuses more.
    func finish() throws {
        guard !container.isAtEnd else { return }
        let given = container.count.map { ", and was given \($0)" } ?? ""
        throw BadArguments("it takes \(container.currentIndex) arguments\(given)")
    }

    private struct Source: Decodable {
        let container: any UnkeyedDecodingContainer

        init(from decoder: any Decoder) throws {
            container = try decoder.unkeyedContainer()
        }
    }
}
