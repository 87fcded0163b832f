package import TaskQueue

extension RedisBroker {
    /// Values in one LPUSH: so many that a command costs little, so few that the server works on one
    /// while the next is written.
    private static let largestPush = 100

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        let delays = try queuesThatDelay(messages)
        var count = 0
        // Each command is on its way while the next is written.
        func begin(_ commands: [RedisCommand]) throws(BrokerError) {
            for command in commands { connection.append(command) }
            try connection.flush()
            count += commands.count
        }
        try begin(sent.commands(for: messages))
        for start in stride(from: 0, to: messages.count, by: Self.largestPush) {
            let end = min(start + Self.largestPush, messages.count)
            try begin(pushes(messages[start..<end], delays: delays))
        }
        _ = try connection.replies(to: count)
    }

    /// The commands that put messages on their lists: one for each run of the same list.
    ///
    /// Delayed tasks of the queues in `delays` go into the delayed set.
    private func pushes(
        _ messages: ArraySlice<OutgoingMessage>,
        delays: Set<QueueName>
    ) -> [RedisCommand] {
        let now = Timestamp.now()
        var commands: [RedisCommand] = []
        // The list of the last command; `nil` if that is no LPUSH.
        var open: String?
        for message in messages {
            let placement = Placement(message, now: now, delays: delays)
            let size = placement.value.count + 64
            if let due = placement.due {
                var command = RedisCommand("ZADD", capacity: size + 64).adding(placement.key, due)
                command.add(placement.value)
                commands.append(command)
                open = nil
                continue
            }
            let last = commands.count - 1
            if open == placement.key, commands[last].size <= Self.largestCommand {
                commands[last].add(placement.value)
                continue
            }
            let capacity = min(messages.count * size, Self.largestCommand)
            var command = RedisCommand("LPUSH", capacity: capacity).adding(placement.key)
            command.add(placement.value)
            commands.append(command)
            open = placement.key
        }
        return commands
    }

    /// Of the queues of delayed messages, those whose delayed tasks go into the delayed set.
    ///
    /// A tq worker moves them from there when they are due; Celery's know nothing of it. So where Celery
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
