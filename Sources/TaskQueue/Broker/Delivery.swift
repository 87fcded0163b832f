/// A task in a worker's hands.
///
/// A class, though it never changes: it is handed on from step to step.
package final class Delivery: Sendable {
    /// Names this delivery in the broker: another delivery of the same message has another tag.
    package let tag: String
    package let queue: QueueName
    package let content: RawMessage
    /// How many losses the task has, of workers that died holding it: with one it is under suspicion, and
    /// runs apart from others, see ``Solitude``.
    package let losses: Int
    package var isSuspect: Bool { losses > 0 }
    /// Whether an operator has said that it is not to be run.
    package let isRevoked: Bool

    package init(
        tag: String,
        queue: QueueName,
        content: RawMessage,
        losses: Int = 0,
        isRevoked: Bool = false
    ) {
        self.tag = tag
        self.queue = queue
        self.content = content
        self.losses = losses
        self.isRevoked = isRevoked
    }

    /// - Throws: ``MessageError`` saying why the content is not a message.
    package func message() throws(MessageError) -> Message { try content.message() }
}
