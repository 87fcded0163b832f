internal import CHiredis

/// A server's answer, copied from the library's memory.
package enum RedisReply: Equatable {
    case null
    case integer(Int)
    /// A bulk or simple string.
    case bytes([UInt8])
    case array([RedisReply])
    case error(String)

    init(_ reply: UnsafePointer<redisReply>) {
        let value = reply.pointee
        switch value.type {
        case REDIS_REPLY_INTEGER: self = .integer(Int(value.integer))
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .bytes(Self.bytes(value))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: Self.bytes(value), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            self = .array(
                (0..<Int(value.elements)).map { index in
                    value.element[index].map { RedisReply($0) } ?? .null
                }
            )
        default: self = .null
        }
    }

    private static func bytes(_ reply: redisReply) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: reply.str, count: Int(reply.len)))
    }

    package var integer: Int? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    /// A count, as the server gives it; 0 for anything but a number.
    ///
    /// The largest possible count is limited, so that sums never overflow.
    package var count: Int { min(max(integer ?? 0, 0), Self.mostThings) }

    private static let mostThings = 1 << 48

    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    package var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The elements; empty for anything but an array.
    package var elements: [RedisReply] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The elements, so many; those that the server has not sent are ``null``.
    package func elements(_ count: Int) -> [RedisReply] {
        let elements = elements.prefix(count)
        return elements + Array(repeating: .null, count: count - elements.count)
    }
}
