/// A message on its way to a queue.
package struct OutgoingMessage: Sendable {
    package let id: TaskID
    package let task: TaskName
    package let queue: QueueName
    /// 0 to 9, in the broker's own sense.
    package let priority: Int
    /// Not before; `nil`: at once.
    package let eta: Timestamp?
    /// Whether somebody may ask for the result: the broker then remembers that the id was sent.
    package let expectsResult: Bool
    /// As it will be stored; tests put other bytes into it.
    package var message: Message

    package init(_ task: OutgoingTask, deliveryTag: String, encoder: MessageEncoder) {
        self.init(task, deliveryTag: deliveryTag, template: encoder.template(for: task))
    }

    /// - Parameters:
    ///   - task: what the message says.
    ///   - deliveryTag: unique for each message.
    ///   - template: of a message that the task fits.
    package init(_ task: OutgoingTask, deliveryTag: String, template: MessageTemplate) {
        id = task.id
        self.task = task.task
        queue = task.queue
        priority = task.priority
        eta = task.eta
        expectsResult = !task.ignoresResult
        message = template.message(task, deliveryTag: deliveryTag)
    }
}
