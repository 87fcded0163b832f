/// A dead letter as it is kept.
package struct StoredLetter: Sendable {
    /// Names it among all dead letters of the broker, for as long as it is kept.
    package let key: String
    /// The id and the task, as far as they could be read.
    package let id: TaskID?
    package let task: TaskName?
    package let queue: QueueName
    /// A sentence for the operator.
    package let reason: String
    /// How many workers died holding it.
    package let losses: Int
    package let diedAt: Timestamp
    /// The message as it was found; `nil` where it was not asked for.
    package let content: RawMessage?

    package init(
        key: String,
        id: TaskID?,
        task: TaskName?,
        queue: QueueName,
        reason: String,
        losses: Int,
        diedAt: Timestamp,
        content: RawMessage?
    ) {
        self.key = key
        self.id = id
        self.task = task
        self.queue = queue
        self.reason = reason
        self.losses = losses
        self.diedAt = diedAt
        self.content = content
    }

    /// By what an operator names it: the task's id, or the key where that could not be read.
    package var name: String { id?.text ?? key }
}
