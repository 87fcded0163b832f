/// Turns a message's payload into JSON.
package struct BodyReader: Sendable {
    /// The default limit for the largest payload.
    package static let usualLimit = 64 << 20

    private let decompress: Decompressor?
    private let limit: Int

    /// - Parameters:
    ///   - decompress: without one, compressed bodies are refused.
    ///   - limit: bytes that a payload may have at most, when it is decompressed and when it is JSON: a few
    ///     bytes can claim to be gigabytes.
    package init(decompress: Decompressor? = nil, limit: Int = Self.usualLimit) {
        self.decompress = decompress
        self.limit = limit
    }

    /// The same with another limit.
    func limited(to limit: Int) -> BodyReader { BodyReader(decompress: decompress, limit: limit) }

    /// The payload as JSON: kept as it is, or translated from MessagePack.
    ///
    /// - Parameters:
    ///   - message: whose payload it is.
    ///   - compression: what its header of that name says; `nil`: not compressed.
    /// - Returns: one JSON value.
    /// - Throws: ``MessageError`` for a serializer that is not read, damaged bytes, or too many of them.
    func json(of message: Message, compression: String?) throws(MessageError) -> JSONText {
        var payload = message.body
        if let compression { payload = try decompressed(payload, name: compression) }
        guard payload.count <= limit else { throw tooLarge }
        switch message.contentType {
        case Message.jsonType, "json":
            do throws(JSONError) { return try JSONText(payload, acceptsNonFinite: true) } catch {
                throw .notJSON(part: "the body", reason: error)
            }
        case "application/x-msgpack", "application/vnd.msgpack":
            return try MessagePack.json(payload, limit: limit)
        default:
            throw .refusedContentType(message.contentType)
        }
    }

    private func decompressed(_ payload: [UInt8], name: String) throws(MessageError) -> [UInt8] {
        guard let compression = Compression(rawValue: name), let decompress else {
            throw .unknownCompression(name)
        }
        switch decompress(payload, compression, limit) {
        case .bytes(let bytes): return bytes
        case .damaged: throw .damagedCompression(name)
        case .tooLarge: throw tooLarge
        }
    }

    private var tooLarge: MessageError { .tooLarge(part: "the body", limit: limit) }
}
