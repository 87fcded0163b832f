/// Why a message cannot be run: the reason that is kept with it among the dead letters.
package enum MessageError: Error, Equatable, Sendable {
    /// A part of the message is not JSON.
    case notJSON(part: String, reason: JSONError)
    /// A part that must be an object, an array of three and so on is something else.
    case unexpected(part: String, expected: String)
    case missing(field: String)
    case notBase64
    /// A serializer that could run code, or that no reader is there for.
    case refusedContentType(String)
    case unknownCompression(String)
    case damagedCompression(String)
    /// Decompressed and as JSON; the limit is in bytes.
    case tooLarge(part: String, limit: Int)
}

extension MessageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notJSON(let part, let reason): "\(part) is not JSON: \(reason)"
        case .unexpected(let part, let expected): "\(part) is not \(expected)"
        case .missing(let field): "the message has no \(field)"
        case .notBase64: "the body is not base64, as its body_encoding says"
        case .refusedContentType(let type) where type.contains("python"):
            "refused a body of type \(ForeignText.quoted(type)): unpickling can run any code; send JSON (task_serializer)"
        case .refusedContentType(let type) where type.contains("yaml"):
            "refused a body of type \(ForeignText.quoted(type)): YAML can name types to build; send JSON (task_serializer)"
        case .refusedContentType(let type):
            "refused a body of type \(ForeignText.quoted(type)): only JSON and MessagePack are read"
        case .unknownCompression(let name):
            "the body is compressed in an unknown way: \(ForeignText.quoted(name))"
        case .damagedCompression(let name): "the body cannot be decompressed as \(name)"
        case .tooLarge(let part, let limit):
            "\(part) has more than \(limit) bytes: message_max_bytes is the setting"
        }
    }
}
