package import TaskQueue

extension RedisBroker: QueueInspection {
    package func queueNames() throws(BrokerError) -> [QueueName] {
        var names = Set(try connection.run(RedisCommand("SMEMBERS").adding(RedisKeys.paused)).texts)
        names.formUnion(try TaskSearch(scripts).queues().map(\.text))
        // These are for remote control and events, not for tasks.
        return names.filter { !$0.hasSuffix(".pidbox") && !$0.hasPrefix("celeryev") }
            .sorted().compactMap(QueueName.init)
    }

    package func summaries(of queues: [QueueName]) throws(BrokerError) -> [QueueSummary] {
        let held = try heldTasks()
        var summaries: [QueueSummary] = []
        for queue in queues {
            let replies = try connection.run([
                RedisCommand("ZCARD").adding(RedisKeys.delayed(queue)),
                RedisCommand("ZCARD").adding(RedisKeys.dead(queue)),
                RedisCommand("SISMEMBER").adding(RedisKeys.paused, queue.text),
            ])
            summaries.append(
                QueueSummary(
                    queue: queue,
                    waiting: try count(waitingIn: queue),
                    delayed: replies[0].count,
                    running: held.count { $0.running.queue == queue },
                    dead: replies[1].count,
                    oldestAt: try oldest(in: queue),
                    isPaused: replies[2].integer == 1
                )
            )
        }
        return summaries
    }

    package func workers() throws(BrokerError) -> [WorkerSummary] {
        let reply = try connection.run(
            RedisCommand("ZRANGE").adding(RedisKeys.workers, "0", "-1", "WITHSCORES")
        ).texts
        let ids = stride(from: 0, to: reply.count - 1, by: 2).map { reply[$0] }
        guard !ids.isEmpty else { return [] }
        var command = RedisCommand("MGET")
        for id in ids { command.add(RedisKeys.worker(id)) }
        let records = try connection.run(command).elements(ids.count).map(\.bytes)
        let held = try heldTasks()
        return ids.enumerated().map { index, id in
            let record = records[index].flatMap(WorkerRecord.decode)
            return WorkerSummary(
                id: id,
                identity: record?.identity,
                queues: record?.queues ?? [],
                held: held.count { $0.running.worker == id },
                leaseEndsAt: Timestamp(secondsSinceEpoch: Double(reply[index * 2 + 1]) ?? 0)
            )
        }.sorted { $0.id < $1.id }
    }

    package func isServed(_ queue: QueueName?) throws(BrokerError) -> Bool {
        // A Celery process has declared the queue, or Celery's workers hear of remote control.
        let trace = queue.map(RedisKeys.binding) ?? RedisKeys.controlBinding
        if try connection.run(RedisCommand("EXISTS").adding(trace)).integer == 1 { return true }
        let now = Timestamp.now()
        return try workers().contains { worker in
            guard worker.leaseEndsAt > now else { return false }
            return queue.map { worker.queues.isEmpty || worker.queues.contains($0) } ?? true
        }
    }

    package func runningTasks() throws(BrokerError) -> [RunningTask] {
        try heldTasks().map(\.running).sorted {
            ($0.takenAt ?? .earliest, $0.id?.text ?? "") < (
                $1.takenAt ?? .earliest, $1.id?.text ?? ""
            )
        }
    }

    private func heldTasks() throws(BrokerError) -> [HeldTask] {
        var tasks: [String: HeldTask] = [:]
        var cursor = ScanCursor()
        var hasMore = true
        while hasMore {
            let page = try scripts.run(LookAtHeld(cursor: cursor))
            hasMore = cursor.advance(to: page.cursor)
            for task in page.tasks { tasks[task.tag] = task }
        }
        return Array(tasks.values)
    }

    /// When the oldest of those that are next in line was sent or fell due, as far as their ids and
    /// headers tell: a message itself does not say.
    private func oldest(in queue: QueueName) throws(BrokerError) -> Timestamp? {
        try scripts.run(LookAtHeads(queue: queue)).compactMap(Self.sendingTime).min()
    }

    private static func sendingTime(_ envelope: [UInt8]) -> Timestamp? {
        guard let headers = (try? Envelope.decode(envelope))?.headers else { return nil }
        let sent = TaskMessage.id(in: headers).flatMap { TaskIDParts($0) }
        let due = headers[key: "eta"]?.string.flatMap { Timestamp(iso8601: $0) }
        let times = [sent.map { Timestamp(microseconds: Int64($0.clock >> 12) * 1000) }, due]
        return times.compactMap(\.self).max()
    }
}

extension RedisReply {
    /// The elements that are texts.
    fileprivate var texts: [String] { elements.compactMap(\.text) }
}
