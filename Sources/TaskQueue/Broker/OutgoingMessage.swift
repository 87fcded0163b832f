/// A message on its way to a queue.
package struct OutgoingMessage: Sendable {
    package let id: TaskID
    package let task: TaskName
    package let queue: QueueName
    /// 0 to 9, in the broker's own sense.
    package let priority: Int
    /// The task does not run before this; `nil`: it runs at once.
    package let eta: Timestamp?
    /// Whether somebody may ask for the result: the broker then remembers that the id was sent.
    package let expectsResult: Bool
    /// The key that it is to hold: only ``UniqueSending`` looks at it; `nil`: none.
    package let unique: UniqueHold?
    /// Which sending of its id it is: see ``NamedSending``; `nil`: its sender did not name the id.
    package let sending: String?
    /// As it will be stored; tests put other bytes into it.
    package var message: Message

    /// Roughly how many bytes it takes.
    package var size: Int {
        message.headers.bytes.count + message.properties.bytes.count + message.body.count
    }

    /// Unique to this message; `nil` if it has no tag.
    package var deliveryTag: String? { message.properties[key: "delivery_tag"]?.string }

    /// The time after which its task must not begin; `nil`: it may always begin.
    package var expires: Timestamp? { Self.expiry(message.headers) }

    /// The expiry that headers give.
    package static func expiry(_ headers: JSONText) -> Timestamp? {
        headers[key: "expires"]?.string.flatMap(Timestamp.init(iso8601:))
    }

    /// - Parameters:
    ///   - id: of the task, as the message says.
    ///   - task: its name, as the message says.
    ///   - queue: its destination.
    ///   - priority: 0 to 9, in the broker's own sense.
    ///   - eta: the task does not run before this; `nil`: it runs at once.
    ///   - expectsResult: whether somebody may ask for the result.
    ///   - unique: the key that it is to hold; `nil`: none.
    ///   - sending: which sending of the id it is, for an id that its sender named.
    ///   - message: as it will be stored; its delivery tag is unique to it.
    package init(
        id: TaskID,
        task: TaskName,
        queue: QueueName,
        priority: Int,
        eta: Timestamp?,
        expectsResult: Bool,
        unique: UniqueHold? = nil,
        sending: String? = nil,
        message: Message
    ) {
        self.id = id
        self.task = task
        self.queue = queue
        self.priority = priority
        self.eta = eta
        self.expectsResult = expectsResult
        self.unique = unique
        self.sending = sending
        self.message = message
    }

    package init(_ task: OutgoingTask, deliveryTag: String, encoder: MessageEncoder) {
        self.init(task, deliveryTag: deliveryTag, template: encoder.template(for: task))
    }

    /// - Parameters:
    ///   - task: what the message says.
    ///   - deliveryTag: unique for each message.
    ///   - template: of a message that the task fits.
    package init(_ task: OutgoingTask, deliveryTag: String, template: MessageTemplate) {
        id = task.id
        self.task = task.options.task
        queue = task.options.queue
        priority = task.options.priority
        eta = task.eta
        expectsResult = !task.options.ignoresResult
        unique = task.options.shared.unique
        sending = task.headers[NamedSending.header]
        message = template.message(task, deliveryTag: deliveryTag)
    }
}
