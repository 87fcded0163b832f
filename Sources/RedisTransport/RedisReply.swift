internal import CHiredis

/// A server's answer, copied from the library's memory.
enum RedisReply: Equatable {
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

    var integer: Int? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The elements; empty for anything but an array.
    var elements: [RedisReply] {
        if case .array(let elements) = self { elements } else { [] }
    }
}
