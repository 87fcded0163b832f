package import TaskQueue

/// Tasks in Redis, where Celery keeps them, taken and finished by scripts.
package final class RedisBroker: CountingBroker {
    /// Tasks in one script: Lua takes some 8,000 arguments.
    static let largestBatch = 500
    private static let largestCommand = 4 << 20
    /// Values in one LPUSH: so many that a command costs little, so few that the server works on one
    /// while the next is written.
    private static let largestPush = 100

    package let holdsResults: Bool
    package private(set) var nextDue: Timestamp?

    private let address: RedisAddress
    private let timeout: Duration
    let connection: RedisConnection
    let scripts: ScriptRunner
    private let sent: SentRecorder
    private let resultLifetime: Duration?
    /// Names the worker in its lease and its delivery tags.
    let worker: String
    private let tagPrefix: String
    private var nextTag = 0
    /// How far the server's clock is ahead of ours, as the last taking saw it.
    private var clockOffset: Duration = .zero
    private var rotation = QueueRotation()

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: of the server.
    ///   - worker: the id under which tasks are held.
    ///   - timeout: for connecting, and for the first answer.
    ///   - resultLifetime: how long results are kept; `nil`: for ever.
    ///   - holdsResults: whether results are kept on this server too, in the same database.
    /// - Throws: ``BrokerError`` if the server cannot be reached, or does not let us in.
    package init(
        _ address: RedisAddress,
        worker: String,
        timeout: Duration,
        resultLifetime: Duration?,
        holdsResults: Bool = true
    ) throws(BrokerError) {
        self.address = address
        self.timeout = timeout
        self.resultLifetime = resultLifetime
        self.holdsResults = holdsResults
        connection = try RedisConnection(address, timeout: timeout)
        scripts = ScriptRunner(connection)
        sent = SentRecorder(lifetime: resultLifetime)
        self.worker = worker
        tagPrefix = RedisKeys.tagPrefix(worker: worker, connection: .random(in: 0...UInt64.max))
    }

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

    package var now: Timestamp { .now() + clockOffset }

    package func receive(
        from queues: [QueueName],
        upTo limit: Int
    ) throws(BrokerError) -> [Delivery] {
        let limit = min(limit, Self.largestBatch)
        let lists = TakeLists(rotation.order(queues))
        let first = nextTag
        // Numbers are never used twice, also if the answer is lost.
        nextTag += limit
        let reply = try scripts.run(
            RedisScripts.take,
            keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex] + lists.keys
                + [RedisKeys.workers],
            arguments: [String(limit), tagPrefix, String(first)].map { Array($0.utf8) }
                + lists.arguments
                + [worker, String(Lease.length.components.seconds)].map { Array($0.utf8) }
        )
        let parts = reply.elements
        let times = parts.prefix(2).map { part in
            part.text.flatMap(Double.init).map { Timestamp(secondsSinceEpoch: $0) }
        }
        if let server = times.first ?? nil { clockOffset = server - .now() }
        nextDue = times.last ?? nil
        var deliveries: [Delivery] = []
        for index in stride(from: 2, to: parts.count - 1, by: 2) {
            guard let position = parts[index].integer, let envelope = parts[index + 1].bytes else {
                continue
            }
            deliveries.append(
                Delivery(
                    tag: tagPrefix + String(first + deliveries.count),
                    queue: lists.queue(at: position),
                    content: .envelope(envelope)
                )
            )
        }
        for delivery in deliveries { rotation.delivered(delivery.queue) }
        return deliveries
    }

    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try inBatches(tasks, size: \.size) { tasks throws(BrokerError) in
            var arguments = [lifetimeArgument]
            for task in tasks {
                arguments.append(Array(task.delivery.tag.utf8))
                arguments.append(task.result?.json ?? [])
            }
            return try lost(
                tasks.map(\.delivery),
                RedisScripts.finish,
                keys: tasks.map { RedisKeys.result($0.result?.id ?? TaskID("")) },
                arguments: arguments
            )
        }
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        try inBatches(reports, size: \.result.size) { reports throws(BrokerError) in
            try lost(
                reports.map(\.delivery),
                RedisScripts.report,
                keys: reports.map { RedisKeys.result($0.result.id) },
                arguments: [lifetimeArgument]
                    + reports.flatMap { [Array($0.delivery.tag.utf8), $0.result.json] }
            )
        }
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        // The last comes first, so that the first ends up in front.
        try inBatches(tasks.reversed()) { tasks throws(BrokerError) in
            var keys: [String] = []
            var arguments: [String] = []
            for task in tasks {
                let step = RedisKeys.step(ofPriority: task.priority)
                let queue = task.delivery.queue
                keys += [RedisKeys.list(queue, step: step), RedisKeys.delayed(queue)]
                arguments += [
                    task.delivery.tag, task.eta.map { "\($0.secondsSinceEpoch)" } ?? "",
                    String(step),
                    String(TakeLists.close(queue).utf8.count),
                ]
            }
            return try lost(
                tasks.map(\.delivery),
                RedisScripts.requeue,
                keys: keys,
                arguments: arguments.map { Array($0.utf8) }
            )
        }
    }

    package func setAside(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try inBatches(letters, size: \.delivery.content.size) { letters throws(BrokerError) in
            let age = DeadLetterRecord.longestAge.components.seconds
            var keys: [String] = []
            var arguments = [
                lifetimeArgument, Array(String(DeadLetterRecord.largestCount).utf8),
                Array(String(age).utf8),
            ]
            for letter in letters {
                keys += [
                    RedisKeys.dead(letter.delivery.queue),
                    RedisKeys.result(letter.result?.id ?? TaskID("")),
                ]
                arguments += [
                    Array(letter.delivery.tag.utf8), DeadLetterRecord.json(letter),
                    letter.result?.json ?? [],
                ]
            }
            return try lost(
                letters.map(\.delivery),
                RedisScripts.setAside,
                keys: keys,
                arguments: arguments
            )
        }
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try RedisArrivalWatch(address, queues: queues, timeout: timeout)
    }

    package func count(waitingIn queue: QueueName) throws(BrokerError) -> Int {
        let commands = RedisKeys.prioritySteps.map {
            RedisCommand("LLEN").adding(RedisKeys.list(queue, step: $0))
        }
        return try connection.run(commands).reduce(0) { $0 + ($1.integer ?? 0) }
    }
}

// MARK: - Commands

extension RedisBroker {
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
            let envelope = Envelope.encode(message.message)
            let step = RedisKeys.step(ofPriority: message.priority)
            let size = envelope.count + 64
            if let eta = message.eta, eta > now, delays.contains(message.queue) {
                var command = RedisCommand("ZADD", capacity: size + 64)
                command.add(RedisKeys.delayed(message.queue))
                command.add("\(eta.secondsSinceEpoch)")
                command.add(Array("\(step)".utf8) + envelope)
                commands.append(command)
                open = nil
                continue
            }
            let list = RedisKeys.list(message.queue, step: step)
            let last = commands.count - 1
            if open == list, commands[last].size <= Self.largestCommand {
                commands[last].add(envelope)
                continue
            }
            let capacity = min(messages.count * size, Self.largestCommand)
            var command = RedisCommand("LPUSH", capacity: capacity).adding(list)
            command.add(envelope)
            commands.append(command)
            open = list
        }
        return commands
    }

    /// Of the queues of delayed messages, those whose delayed tasks go into the delayed set.
    ///
    /// A tq worker moves them from there when they are due; Celery's know nothing of it. So where Celery
    /// has declared the queue and no tq worker lives, a delayed task goes on the queue as from any Celery
    /// client: Celery's workers wait for its ETA themselves, and a tq worker that finds it there moves it
    /// into the delayed set.
    private func queuesThatDelay(
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

    private var lifetimeArgument: [UInt8] {
        Array(String((resultLifetime?.microseconds ?? 0) / 1000).utf8)
    }

    /// Runs one of the scripts that return the positions of tasks that were not held any more.
    private func lost(
        _ deliveries: [Delivery],
        _ script: String,
        keys: [String],
        arguments: [[UInt8]]
    ) throws(BrokerError) -> [Delivery] {
        let reply = try scripts.run(
            script,
            keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex] + keys,
            arguments: arguments
        )
        return reply.elements.compactMap { $0.integer.map { deliveries[$0] } }
    }

    private func inBatches<Item>(
        _ items: [Item],
        size: (Item) -> Int = { _ in 0 },
        _ body: ([Item]) throws(BrokerError) -> [Delivery]
    ) throws(BrokerError) -> [Delivery] {
        var lost: [Delivery] = []
        var batch: [Item] = []
        var bytes = 0
        for item in items {
            // A server closes connections that send too much at once (client-query-buffer-limit).
            if batch.count == Self.largestBatch || bytes > Self.largestCommand {
                lost += try body(batch)
                batch = []
                bytes = 0
            }
            batch.append(item)
            bytes += size(item)
        }
        if !batch.isEmpty { lost += try body(batch) }
        return lost
    }
}
