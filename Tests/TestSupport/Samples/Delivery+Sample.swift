package import TaskQueue

extension JSONText {
    /// JSON that a test has written itself.
    package static func written(_ text: String) throws -> JSONText {
        try JSONText(text.utf8, acceptsNonFinite: true)
    }
}

extension Delivery {
    /// A message in a worker's hands, as Redis keeps it.
    ///
    /// - Parameters:
    ///   - id: of its task.
    ///   - queue: from which it was taken.
    ///   - change: what is to be otherwise than in a plain task.
    /// - Returns: a delivery with the tag `tag-` and the id.
    package static func sample(
        _ id: String,
        _ queue: QueueName = .celery,
        _ change: (inout OutgoingTask) -> Void = { _ in }
    ) -> Delivery {
        guard let name = TaskName("t") else { preconditionFailure("t is a name") }
        var task = OutgoingTask(id: TaskID(id), task: name, queue: queue)
        change(&task)
        let message = MessageEncoder(origin: "gen1@sample").encode(task, deliveryTag: "tag-\(id)")
        return Delivery(
            tag: "tag-\(id)",
            queue: queue,
            content: .kombu(Envelope.encode(message))
        )
    }

    /// Its task.
    package func task() throws -> TaskMessage { try TaskMessage(message(), body: BodyReader()) }
}
