package import TaskQueue

extension RedisBroker: RepeatableSending {
    /// Messages in one step: enough that a step costs little, and few enough that the server works on one while
    /// the next is written.
    ///
    /// Lua takes some 8,000 arguments, of which a delayed message needs two.
    private static let largestSending = 250

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        try send(messages, isRecognised: false) { _ in }
    }

    package func sendOnce(
        _ messages: [OutgoingMessage],
        accepted: (Int) -> Void
    ) throws(BrokerError) {
        try send(messages, isRecognised: true, accepted: accepted)
    }

    /// Sends one batch after the other: a batch that has arrived shows that all before it have.
    ///
    /// The next is written while the server works on one, and goes out once that one is done.
    private func send(
        _ messages: [OutgoingMessage],
        isRecognised: Bool,
        accepted: (Int) -> Void
    ) throws(BrokerError) {
        let delays = try queuesThatDelay(messages)
        let now = Timestamp.now()
        var rest = messages[...]
        var underWay = (commands: 0, messages: 0)
        while !rest.isEmpty {
            var placements: [Placement] = []
            var size = 0
            for message in rest.prefix(Self.largestSending) {
                if size > Self.largestCommand { break }
                placements.append(Placement(message, now: now, delays: delays))
                size += placements[placements.count - 1].value.count
            }
            let batch = rest.prefix(placements.count)
            rest = rest.dropFirst(batch.count)
            let sending = isRecognised ? batch.last.flatMap(sent.sendingMark) : nil
            let commands = SendingBatch(placements, sending: sending, marks: sent.marks(of: batch))
                .commands
            try endTransaction(underWay.commands)
            accepted(underWay.messages)
            for command in commands { connection.append(command) }
            try connection.flush()
            underWay = (commands.count, batch.count)
        }
        try endTransaction(underWay.commands)
        accepted(underWay.messages)
    }

    /// Waits for the answers to a transaction of this many commands; the last one has the answers to all of them.
    ///
    /// A server that closes the connection because it does not know us has said so before that.
    private func endTransaction(_ commands: Int) throws(BrokerError) {
        var refusal: BrokerError?
        for _ in 0..<commands {
            do throws(BrokerError) {
                let reply = try connection.reply()
                for part in [reply] + reply.elements {
                    guard case .error(let text) = part else { continue }
                    // The script names the key that a command before it has found to be of a wrong type.
                    if refusal == nil || text.contains(" is a ") {
                        refusal = connection.error(text)
                    }
                }
            } catch {
                throw refusal ?? error
            }
        }
        if let refusal { throw refusal }
    }

    /// Of the queues of delayed messages, those whose delayed tasks go into the delayed set.
    ///
    /// A tq worker moves them from there when they are due; Celery's workers do not know of it. So where Celery
    /// has declared the queue and no tq worker lives, a delayed task goes on the queue as from any Celery
    /// client: Celery's workers wait for its ETA themselves, and a tq worker that finds it there moves it
    /// into the delayed set.
    func queuesThatDelay(
        _ messages: [OutgoingMessage]
    ) throws(BrokerError) -> Set<QueueName> {
        let queues = Array(Set(messages.filter { $0.eta != nil }.map(\.queue)))
        guard !queues.isEmpty else { return [] }
        let replies = try connection.run(
            queues.flatMap { queue in
                [RedisKeys.served(queue), RedisKeys.binding(queue)].map {
                    RedisCommand("EXISTS").adding($0)
                }
            }
        )
        return Set(
            queues.enumerated().compactMap { index, queue in
                let isServed = replies[index * 2].integer == 1
                let isCelerys = replies[index * 2 + 1].integer == 1
                return isServed || !isCelerys ? queue : nil
            }
        )
    }
}
