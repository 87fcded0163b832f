internal import Glibc

/// A message as a broker keeps it, not checked yet.
///
/// The form is how it is kept, not who keeps it: each can be had from the other, so that a store elsewhere
/// may keep what a broker delivers.
package struct RawMessage: Equatable, Sendable {
    package enum Form: Equatable, Sendable {
        /// Kombu's JSON object with all of the message in it: see ``Envelope``.
        case kombu
        /// The body alone; headers and properties, each a JSON object, are beside it.
        case parts(headers: [UInt8], properties: [UInt8], contentType: String)
    }

    /// What was found, to the byte: the JSON object, or the body.
    package let original: [UInt8]
    package let form: Form
    /// Whether one of tq's own headers may be among its headers.
    ///
    /// Nearly all messages have none, and are not read to learn that.
    let hasOwnHeaders: Bool

    private init(original: [UInt8], form: Form) {
        self.original = original
        self.form = form
        hasOwnHeaders =
            switch form {
            case .kombu: Self.mentionsOwnHeader(original)
            case .parts(let headers, _, _): Self.mentionsOwnHeader(headers)
            }
    }

    /// Whether `"tq_` stands in it, behind the body where that comes first, as Kombu and tq write it.
    ///
    /// Three times as fast as memmem(3): underscores are few.
    private static func mentionsOwnHeader(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            let end = start + bytes.count
            var rest = start + bodyEnd(bytes)
            while let found = memchr(rest, 0x5F, end - rest).map(UnsafeRawPointer.init) {
                if found - start >= 3, memcmp(found - 3, "\"tq", 3) == 0 { return true }
                rest = found + 1
            }
            return false
        }
    }

    /// Where the body ends, or earlier, if the text begins with it; else 0.
    private static func bodyEnd(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let start = bytes.baseAddress, bytes.count > 12, memcmp(start, #"{"body":"#, 8) == 0
        else { return 0 }
        let value = bytes[8] == UInt8(ascii: " ") ? 9 : 8
        guard bytes[value] == UInt8(ascii: "\"") else { return 0 }
        let end = memchr(start + value + 1, CInt(UInt8(ascii: "\"")), bytes.count - value - 1)
        return end.map { UnsafeRawPointer($0) - start } ?? 0
    }

    /// A message in Kombu's form; `bytes` need be no JSON.
    package static func kombu(_ bytes: [UInt8]) -> RawMessage {
        RawMessage(original: bytes, form: .kombu)
    }

    /// A message in parts, of which none need be well-formed.
    package static func parts(
        headers: [UInt8],
        properties: [UInt8],
        body: [UInt8],
        contentType: String
    ) -> RawMessage {
        RawMessage(
            original: body,
            form: .parts(headers: headers, properties: properties, contentType: contentType)
        )
    }

    /// The message in parts.
    package static func parts(_ message: Message) -> RawMessage {
        .parts(
            headers: message.headers.bytes,
            properties: message.properties.bytes,
            body: message.body,
            contentType: message.contentType
        )
    }

    /// About how many bytes it takes.
    package var size: Int {
        switch form {
        case .kombu: original.count
        case .parts(let headers, let properties, _):
            headers.count + properties.count + original.count
        }
    }
}

// MARK: - Reading

extension RawMessage {
    /// - Throws: ``MessageError`` saying why it is not a message.
    package func message() throws(MessageError) -> Message {
        switch form {
        case .kombu: try Envelope.decode(original)
        case .parts(let headers, let properties, let contentType):
            try Message(
                headers: headers,
                properties: properties,
                body: original,
                contentType: contentType
            )
        }
    }

    /// `nil` if they cannot be read.
    var headers: JSONText? {
        switch form {
        case .kombu: (try? Envelope.decode(original))?.headers
        case .parts(let headers, _, _): try? JSONText(headers, acceptsNonFinite: true)
        }
    }

    /// The message in Kombu's form: the bytes themselves if it is in that form already, or is not in the other.
    package var envelope: [UInt8] {
        guard form != .kombu, let message = try? message() else { return original }
        return Envelope.encode(message)
    }

    /// The same in parts; what is no message in Kombu's form is a body of unknown type.
    package var inParts: RawMessage {
        guard form == .kombu else { return self }
        guard let message = try? message() else {
            return .parts(headers: [], properties: [], body: original, contentType: "")
        }
        return .parts(message)
    }
}
