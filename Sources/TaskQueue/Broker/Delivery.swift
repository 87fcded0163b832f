/// A task in a worker's hands.
///
/// A class, though it never changes: it is handed on from step to step.
package final class Delivery: Sendable {
    /// Names this delivery in the broker: another delivery of the same message has another tag.
    package let tag: String
    package let queue: QueueName
    package let content: Content
    /// How many losses the task has, of workers that died holding it: with one it is under suspicion, and
    /// runs apart from others, see ``Solitude``.
    package let losses: Int
    package var isSuspect: Bool { losses > 0 }
    /// Whether an operator has said that it is not to be run.
    package let isRevoked: Bool

    package init(
        tag: String,
        queue: QueueName,
        content: Content,
        losses: Int = 0,
        isRevoked: Bool = false
    ) {
        self.tag = tag
        self.queue = queue
        self.content = content
        self.losses = losses
        self.isRevoked = isRevoked
    }

    /// The message as the broker keeps it, not checked yet.
    package enum Content: Sendable {
        /// Kombu's JSON object, as it was found.
        case envelope([UInt8])
        /// The parts as a database keeps them.
        case columns(headers: [UInt8], properties: [UInt8], body: [UInt8], contentType: String)

        /// About how many bytes it takes.
        package var size: Int {
            switch self {
            case .envelope(let bytes): bytes.count
            case .columns(let headers, let properties, let body, _):
                headers.count + properties.count + body.count
            }
        }
    }

    /// - Throws: ``MessageError`` saying why the content is not a message.
    package func message() throws(MessageError) -> Message {
        switch content {
        case .envelope(let bytes):
            try Envelope.decode(bytes)
        case .columns(let headers, let properties, let body, let contentType):
            try Message(
                headers: headers,
                properties: properties,
                body: body,
                contentType: contentType
            )
        }
    }
}
