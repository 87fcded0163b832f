package import TaskQueue

/// The dead letters of a queue are messages in another, `tq.dead.` and its name.
///
/// A connection that looks at them holds them, so that no other sees them meanwhile; they go back when it ends.
extension AMQPBroker: DeadLetterStore {
    /// Where the dead letters of a queue are.
    static func grave(of queue: QueueName) -> QueueName {
        guard let grave = QueueName("tq.dead.\(queue.text)") else {
            preconditionFailure("what stands before a queue's name makes it no other")
        }
        return grave
    }

    package func count(deadOf queue: QueueName) throws(BrokerError) -> Int {
        let ready = try count(waitingIn: Self.grave(of: queue))
        return ready + (letters[queue]?.count ?? 0)
    }

    package func deadLetters(
        of queue: QueueName,
        skipping skipped: Int,
        upTo limit: Int,
        includingMessages: Bool
    ) throws(BrokerError) -> [StoredLetter] {
        try look(at: queue, upTo: skipped + limit)
        let page = (letters[queue] ?? []).dropFirst(skipped).prefix(limit).map(\.letter)
        return includingMessages ? page : page.map { $0.withoutMessage() }
    }

    package func deadLetters(
        named name: String,
        among queues: [QueueName]
    ) throws(BrokerError) -> [StoredLetter] {
        var found: [StoredLetter] = []
        for queue in queues {
            try look(at: queue, upTo: .max)
            found += (letters[queue] ?? []).map(\.letter).filter { $0.name == name }
        }
        return found
    }

    /// Takes letters into this connection's hands, until it holds so many or there are no more.
    private func look(at queue: QueueName, upTo count: Int) throws(BrokerError) {
        let grave = Self.grave(of: queue)
        try reporting { () throws(AMQPFailure) in
            guard try isThere(grave.text) else { return }
            while letters[queue, default: []].count < count,
                let message = try fetch(grave.text, over: .taking)
            {
                letters[queue, default: []].append(HeldLetter(message, of: queue))
            }
        }
    }

    package func retry(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        guard let held = forget(letter), let content = held.letter.content else { return false }
        var message = Self.message(content)
        message.headers = TaskMessage.renewed(message.headers) ?? message.headers
        try replace([held.number], by: [Parcel(message, letter.queue, nil)])
        return true
    }

    package func drop(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        guard let held = forget(letter) else { return false }
        try replace([held.number], by: [])
        return true
    }

    private func forget(_ letter: StoredLetter) -> HeldLetter? {
        guard let index = letters[letter.queue]?.firstIndex(where: { $0.letter.key == letter.key })
        else { return nil }
        return letters[letter.queue]?.remove(at: index)
    }
}
