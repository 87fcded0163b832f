import TaskQueue

/// Reads the arguments of a message as a type: by name, or one after the other, as Python binds those of a
/// call.
enum RequestReader {
    /// - Throws: ``BadArguments``.
    static func request<Request: Decodable>(
        _ type: Request.Type,
        of message: TaskMessage
    ) throws -> Request {
        do {
            guard message.args != .emptyArray else {
                return try TaskCoding.decode(from: message.kwargs)
            }
            return try TaskCoding.decode(Call<Request>.self, from: both(message)).request
        } catch let error as DecodingError {
            throw BadArguments(error.within(Part.self))
        }
    }

    private static func both(_ message: TaskMessage) -> JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("args")
        writer.value(message.args)
        writer.key("kwargs")
        writer.value(message.kwargs)
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }

    private enum Part: String, CodingKey {
        case args, kwargs
    }

    /// Decodes a request from an object with ``Part``.
    private struct Call<Request: Decodable>: Decodable {
        let request: Request

        init(from decoder: any Decoder) throws {
            let parts = try decoder.container(keyedBy: Part.self)
            let call = CallDecoder(parts, try parts.nestedUnkeyedContainer(forKey: .args))
            request = try Request(from: call)
            guard call.positional.isAtEnd else {
                let most = call.positional.currentIndex
                throw BadArguments("it takes \(most) arguments, and was given more")
            }
        }
    }

    /// Gives the properties of a type, in the order in which they are asked for, the arguments that come
    /// one after the other, and then those that are named.
    private final class CallDecoder: Decoder {
        let parts: KeyedDecodingContainer<Part>
        var positional: any UnkeyedDecodingContainer
        let codingPath: [any CodingKey] = []
        let userInfo: [CodingUserInfoKey: Any] = [:]

        init(_ parts: KeyedDecodingContainer<Part>, _ positional: any UnkeyedDecodingContainer) {
            self.parts = parts
            self.positional = positional
        }

        func container<Key: CodingKey>(
            keyedBy type: Key.Type
        ) throws -> KeyedDecodingContainer<Key> {
            let named = try parts.nestedContainer(keyedBy: type, forKey: .kwargs)
            return KeyedDecodingContainer(CallContainer(self, named))
        }

        func unkeyedContainer() throws -> any UnkeyedDecodingContainer { positional }

        func singleValueContainer() throws -> any SingleValueDecodingContainer {
            throw BadArguments("it takes its arguments by name")
        }
    }

    private struct CallContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
        private let call: CallDecoder
        private let named: KeyedDecodingContainer<Key>
        let codingPath: [any CodingKey] = []

        init(_ call: CallDecoder, _ named: KeyedDecodingContainer<Key>) {
            self.call = call
            self.named = named
        }

        var allKeys: [Key] { named.allKeys }

        func contains(_ key: Key) -> Bool { !call.positional.isAtEnd || named.contains(key) }

        /// Whether a property is the next of those that come one after the other.
        private func isPositional(_ key: Key) throws -> Bool {
            guard !call.positional.isAtEnd else { return false }
            guard !named.contains(key) else {
                throw BadArguments("the argument \(key.stringValue) is given twice")
            }
            return true
        }

        func decodeNil(forKey key: Key) throws -> Bool {
            try isPositional(key) ? call.positional.decodeNil() : named.decodeNil(forKey: key)
        }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try isPositional(key)
                ? call.positional.decode(type) : named.decode(type, forKey: key)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> {
            try isPositional(key)
                ? call.positional.nestedContainer(keyedBy: type)
                : named.nestedContainer(keyedBy: type, forKey: key)
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try isPositional(key)
                ? call.positional.nestedUnkeyedContainer()
                : named.nestedUnkeyedContainer(forKey: key)
        }

        func superDecoder() throws -> any Decoder { try named.superDecoder() }

        func superDecoder(forKey key: Key) throws -> any Decoder {
            try isPositional(key)
                ? call.positional.superDecoder() : named.superDecoder(forKey: key)
        }
    }
}

extension DecodingError {
    /// The error as seen without the outermost keys.
    fileprivate func within(_ outermost: (some CodingKey).Type) -> DecodingError {
        func inner(_ context: Context) -> Context {
            let path = context.codingPath
            let isWrapped = path.first.map { outermost.init(stringValue: $0.stringValue) != nil }
            return Context(
                codingPath: Array(path.dropFirst(isWrapped == true ? 1 : 0)),
                debugDescription: context.debugDescription
            )
        }
        return switch self {
        case .typeMismatch(let type, let context): .typeMismatch(type, inner(context))
        case .valueNotFound(let type, let context): .valueNotFound(type, inner(context))
        case .keyNotFound(let key, let context): .keyNotFound(key, inner(context))
        case .dataCorrupted(let context): .dataCorrupted(inner(context))
        @unknown default: self
        }
    }
}
