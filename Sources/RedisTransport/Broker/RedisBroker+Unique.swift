package import TaskQueue

extension RedisBroker: UniqueSending {
    /// How long a key is held if nothing frees it.
    private static let longestHold: Duration = .seconds(30 * 86_400)
    /// A key and the id of the task that holds it; empty: none does.
    typealias Release = (key: String, id: String)

    package func sendUnlessHeld(
        _ messages: [OutgoingMessage],
        isRepeated: Bool
    ) throws(BrokerError) -> [TaskID?] {
        let delays = try queuesThatDelay(messages)
        let commands = messages.map { command(for: $0, isRepeated, delays) }
        return try connection.run(commands).map { reply in
            reply.text.flatMap { $0.isEmpty ? nil : TaskID($0) }
        }
    }

    /// What a delivery's task frees as it ends, unless the message goes on in one of the next.
    func release(of delivery: Delivery, next: [OutgoingMessage] = []) -> Release {
        guard let (id, hold) = delivery.content.unique, !next.contains(where: { $0.id == id })
        else { return (RedisKeys.unique(""), "") }
        return (RedisKeys.unique(hold.key), id.text)
    }

    /// In milliseconds.
    static func longestHold(_ hold: UniqueHold, eta: Timestamp? = nil) -> String {
        let wait = eta.map { max($0 - .now(), .zero) } ?? .zero
        return String(max((hold.lifetime ?? longestHold + wait).microseconds / 1000, 1))
    }

    /// When a task expires, in milliseconds; empty: it does not.
    static func expiry(_ message: OutgoingMessage) -> String {
        message.expires.map { String($0.microseconds / 1_000) } ?? ""
    }

    /// The script goes along, as with ``SendingBatch``.
    private func command(
        for message: OutgoingMessage,
        _ isRepeated: Bool,
        _ delays: Set<QueueName>
    ) -> RedisCommand {
        guard let unique = message.unique else {
            preconditionFailure("a message without a key was sent as one that has one")
        }
        let now = Timestamp.now()
        let placement = Placement(message, now: now, delays: delays)
        let mark = sent.mark(of: message)
        let sending = sent.sending(message, at: now)
        var command = RedisCommand("EVAL", capacity: 4096 + placement.value.count)
            .adding(RedisScripts.sendUnlessHeld, "4", RedisKeys.unique(unique.key), sending.key)
            .adding(placement.key, mark.key, message.id.text, sending.field)
            .adding(isRepeated ? "1" : "0", Self.longestHold(unique, eta: message.eta))
            .adding(RedisKeys.resultPrefix, placement.due ?? "")
        command.add(placement.value)
        for argument in mark.arguments { command.add(argument) }
        command.add(String(SentRecorder.sendingLifetime))
        return command.adding(Self.expiry(message))
    }
}
