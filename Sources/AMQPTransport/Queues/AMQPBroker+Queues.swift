package import TaskQueue

/// Delayed tasks are in queues that all share, and stay there.
extension AMQPBroker: QueueControl {
    /// So many messages in one transaction.
    private static let batch = 200

    package var reachesDelayed: Bool { false }

    package func purge(
        _ queue: QueueName,
        includingDelayed: Bool,
        telling: ([TaskID]) throws(BrokerError) -> Void
    ) throws(BrokerError) -> Int {
        try removeAll(from: queue) { messages throws(BrokerError) in
            try telling(messages.compactMap { TaskMessage.id(in: $0.headers) })
            return messages.compactMap { message in
                guard holdsResults, let id = TaskMessage.id(in: message.headers) else { return nil }
                return Self.reply(.purged(id, at: .now()), to: message)
            }
        }
    }

    package func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int {
        try removeAll(from: source) { messages in messages.map { Parcel($0, target, nil) } }
    }

    /// Removes the messages of a queue that were there at first, and publishes others in their place.
    ///
    /// - Returns: how many there were.
    private func removeAll(
        from queue: QueueName,
        _ others: ([Message]) throws(BrokerError) -> [Parcel]
    ) throws(BrokerError) -> Int {
        var (count, left) = (0, try count(waitingIn: queue))
        while left > 0 {
            var fetched: [AMQPEvent.Delivered] = []
            try reporting { () throws(AMQPFailure) in
                while fetched.count < min(left, Self.batch),
                    let message = try fetch(queue.text, over: .taking)
                {
                    fetched.append(message)
                }
            }
            guard !fetched.isEmpty else { break }
            let messages = fetched.map { Self.message($0.content) }
            try replace(fetched.map(\.tag), by: others(messages))
            count += fetched.count
            left -= fetched.count
        }
        return count
    }
}
