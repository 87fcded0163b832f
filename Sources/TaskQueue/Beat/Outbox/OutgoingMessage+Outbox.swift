extension BeatFiring {
    /// The same firing on its way through an outbox, where it holds no key.
    func kept(in outbox: QueueName) -> BeatFiring {
        BeatFiring(
            entry: entry,
            instant: instant,
            most: most,
            version: version,
            message: message.addressed(to: outbox)
        )
    }
}

extension OutgoingMessage {
    /// The same message on another queue; it still says which it is meant for.
    fileprivate func addressed(to outbox: QueueName) -> OutgoingMessage {
        OutgoingMessage(
            id: id,
            task: task,
            queue: outbox,
            priority: priority,
            eta: eta,
            expectsResult: expectsResult,
            message: message
        )
    }

    /// What lies in an outbox, as it goes to the queue that it is meant for; `nil`: it does not say, and is
    /// nothing that was put there.
    init?(carrying delivery: Delivery) {
        guard var message = try? delivery.message(),
            let id = TaskMessage.id(of: message),
            let task = message.headers[key: "task"]?.string.flatMap(TaskName.init),
            let info = message.properties[key: "delivery_info"],
            let queue = info[key: "routing_key"]?.string.flatMap(QueueName.init)
        else { return nil }
        Redelivery.remove(from: &message)
        self.init(
            id: id,
            task: task,
            queue: queue,
            priority: message.properties[key: "priority"]?.integer ?? 0,
            eta: nil,
            expectsResult: message.headers[key: "ignore_result"]?.boolean != true,
            unique: UniqueHold(headers: message.headers),
            message: message
        )
    }
}
