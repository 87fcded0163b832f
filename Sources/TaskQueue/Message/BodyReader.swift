/// Turns a message's payload into JSON.
package struct BodyReader: Sendable {
    /// Largest payload that a compressed body may grow to: a few bytes can claim to be gigabytes.
    package static let decompressedLimit = 256 << 20

    private let decompress: Decompressor?

    /// - Parameter decompress: without one, compressed bodies are refused.
    package init(decompress: Decompressor? = nil) {
        self.decompress = decompress
    }

    /// The payload as JSON: kept as it is, or translated from MessagePack.
    ///
    /// - Parameters:
    ///   - message: whose payload it is.
    ///   - compression: what its header of that name says; `nil`: not compressed.
    /// - Returns: one JSON value.
    /// - Throws: ``MessageError`` for a serializer that is not read, or damaged bytes.
    func json(of message: Message, compression: String?) throws(MessageError) -> JSONText {
        var payload = message.body
        if let compression { payload = try decompressed(payload, name: compression) }
        switch message.contentType {
        case Message.jsonType, "json":
            do throws(JSONError) { return try JSONText(payload, acceptsNonFinite: true) } catch {
                throw .notJSON(part: "the body", reason: error)
            }
        case "application/x-msgpack", "application/vnd.msgpack":
            return try MessagePack.json(payload)
        default:
            throw .refusedContentType(message.contentType)
        }
    }

    private func decompressed(_ payload: [UInt8], name: String) throws(MessageError) -> [UInt8] {
        guard let compression = Compression(rawValue: name), let decompress else {
            throw .unknownCompression(name)
        }
        guard let bytes = decompress(payload, compression, Self.decompressedLimit) else {
            throw .damagedCompression(name)
        }
        return bytes
    }
}
