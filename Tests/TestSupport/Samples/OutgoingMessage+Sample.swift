import Synchronization
package import TaskQueue

private let ids = Mutex(TaskIDSource())

extension TaskID {
    /// An id that no other task of this run has, greater than those before.
    package static func next() -> TaskID { ids.withLock { $0.next() } }
}

extension OutgoingMessage {
    /// A task with an id of its own, unless `id` gives it one.
    ///
    /// `body` is put in the place of its arguments as Celery encodes them.
    package static func sample(
        _ queue: QueueName = .celery,
        id: TaskID = .next(),
        priority: Int = 0,
        eta: Timestamp? = nil,
        expires: Timestamp? = nil,
        ignoresResult: Bool = false,
        body: [UInt8]? = nil,
        unique: UniqueHold? = nil,
        sending: String? = nil,
        deliveryTag: String = UUIDText.random()
    ) -> OutgoingMessage {
        guard let name = TaskName("demo.add") else { preconditionFailure("demo.add is a name") }
        var task = OutgoingTask(id: id, task: name, queue: queue)
        task.options.priority = priority
        task.eta = eta
        task.expires = expires
        task.options.ignoresResult = ignoresResult
        task.options.shared.unique = unique
        if let sending { task.headers[NamedSending.header] = sending }
        var outgoing = OutgoingMessage(
            task,
            deliveryTag: deliveryTag,
            encoder: MessageEncoder(origin: "gen1@sample")
        )
        if let body { outgoing.message.body = body }
        return outgoing
    }

    /// As many tasks as are asked for, each with an id of its own.
    package static func samples(
        _ count: Int,
        _ queue: QueueName = .celery,
        priority: Int = 0,
        eta: Timestamp? = nil
    ) -> [OutgoingMessage] {
        (0..<count).map { _ in sample(queue, priority: priority, eta: eta) }
    }
}
