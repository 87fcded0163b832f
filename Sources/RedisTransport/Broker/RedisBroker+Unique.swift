package import TaskQueue

extension RedisBroker: UniqueSending {
    /// A key and the id of the task that holds it; empty: none does.
    typealias Release = (key: String, id: String)

    package func sendUnlessHeld(
        _ messages: [OutgoingMessage],
        isRepeated: Bool
    ) throws(BrokerError) -> [TaskID?] {
        let delays = try queuesThatDelay(messages)
        return try scripts.run(messages.map { script(for: $0, isRepeated, delays) })
    }

    /// What a delivery's task frees as it ends, unless the message goes on in one of the next.
    func release(of delivery: Delivery, next: [OutgoingMessage] = []) -> Release {
        guard let (id, hold) = delivery.content.unique, !next.contains(where: { $0.id == id })
        else { return (RedisKeys.unique(""), "") }
        return (RedisKeys.unique(hold.key), id.text)
    }

    private func script(
        for message: OutgoingMessage,
        _ isRepeated: Bool,
        _ delays: Set<QueueName>
    ) -> SendUnlessHeld {
        guard let unique = message.unique else {
            preconditionFailure("a message without a key was sent as one that has one")
        }
        let now = Timestamp.now()
        return SendUnlessHeld(
            message: message,
            unique: unique,
            placement: Placement(message, now: now, delays: delays),
            mark: sent.mark(of: message),
            sending: sent.sending(message, at: now),
            isRepeated: isRepeated
        )
    }
}
