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
    /// Whether it may have been run before, by a worker whose connection was its hold on the task.
    package let comesAgain: Bool
    /// What is known of the task before it is run.
    package let standing: Standing
    /// Whether an operator has said that it is not to be run.
    package var isRevoked: Bool { standing == .revoked }

    package enum Standing: Equatable, Sendable {
        /// It is to be run.
        case open
        /// An operator has said that it is not to be run.
        case revoked
        /// It has ended before, and its outcome is stored: its acknowledgement was lost, and with it perhaps what
        /// follows. `nil`: nothing does.
        indirect case ended(StoredResult?)
        /// It has killed so many workers that it is to be set aside.
        case poison
    }

    package init(
        tag: String,
        queue: QueueName,
        content: RawMessage,
        losses: Int = 0,
        comesAgain: Bool = false,
        standing: Standing = .open
    ) {
        self.tag = tag
        self.queue = queue
        self.content = content
        self.losses = losses
        self.comesAgain = comesAgain
        self.standing = standing
    }

    /// The same, of which more is known.
    package func knownAs(_ standing: Standing) -> Delivery {
        Delivery(
            tag: tag,
            queue: queue,
            content: content,
            losses: losses,
            comesAgain: comesAgain,
            standing: standing
        )
    }

    /// - Throws: ``MessageError`` saying why the content is not a message.
    package func message() throws(MessageError) -> Message { try content.message() }
}
