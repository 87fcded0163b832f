package import TaskQueue

/// Tasks in an SQLite file: the default, which needs no server.
package final class SQLiteBroker: CountingBroker {
    package let holdsResults: Bool
    package private(set) var nextDue: Timestamp?

    let database: SQLiteDatabase
    let results: ResultTable
    /// Names this connection's worker as the holder of what it takes.
    let worker: String
    /// Who that is; `nil`: it does not say.
    let identity: WorkerIdentity?
    var judge = LeaseJudge()
    private var rotation = QueueRotation()

    /// - Parameters:
    ///   - path: of the file; made if it is not there.
    ///   - worker: the id under which tasks are held; other connections of the same worker use the same.
    ///   - resultLifetime: how long results are kept; `nil`: for ever.
    ///   - holdsResults: whether results are kept in this file too.
    ///   - identity: who the worker is, for people; `nil`: it does not say.
    ///   - lockTimeout: how long to wait for a lock that another program holds.
    ///   - lockDeadline: when none is waited for any more; `nil`: there is no such time.
    /// - Throws: ``BrokerError`` if the file cannot be opened, or is not tq's.
    package init(
        path: String,
        worker: String,
        resultLifetime: Duration?,
        holdsResults: Bool = true,
        identity: WorkerIdentity? = nil,
        lockTimeout: Duration = .seconds(30),
        lockDeadline: ContinuousClock.Instant? = nil
    ) throws(BrokerError) {
        self.holdsResults = holdsResults
        self.identity = identity
        database = try SQLiteDatabase(
            path: path,
            lockTimeout: lockTimeout,
            lockDeadline: lockDeadline
        )
        results = ResultTable(database, lifetime: resultLifetime)
        self.worker = worker
    }

    package func receive(
        from queues: [QueueName],
        upTo limit: Int
    ) throws(BrokerError) -> [Delivery] {
        try database.transaction { () throws(BrokerError) in
            let queues = try openQueues(of: queues)
            for queue in queues { try wakeDue(in: queue) }
            var taken: [Delivery] = []
            while taken.count < limit, let head = try nextQueue(of: queues) {
                let more = try take(limit - taken.count, from: head.queue, priority: head.priority)
                rotation.delivered(head.queue)
                taken += more
            }
            if taken.count < limit { nextDue = try earliestDue(in: queues) }
            // Who holds tasks has a lease, also one that was asleep and has been taken for dead.
            if !taken.isEmpty { try takeLease() }
            return taken
        }
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try SQLiteArrivalWatch(database)
    }

    package func count(waitingIn queue: QueueName) throws(BrokerError) -> Int {
        var count = 0
        try database.run(
            "SELECT count(*) FROM tasks WHERE queue = ? AND worker IS NULL AND due = 0",
            [.text(queue.text)]
        ) { count = Int($0.integer(0)) }
        return count
    }
}

// MARK: - Taking

extension SQLiteBroker {
    /// The queue whose first task is the most urgent; among equals the one that has waited longest.
    private func nextQueue(
        of queues: [QueueName]
    ) throws(BrokerError) -> (queue: QueueName, priority: Int64)? {
        var best: (queue: QueueName, priority: Int64)?
        for queue in rotation.order(queues) {
            try database.run(
                """
                SELECT priority FROM tasks
                WHERE queue = ? AND worker IS NULL AND due = 0 ORDER BY priority LIMIT 1
                """,
                [.text(queue.text)]
            ) { row in
                if best.map({ row.integer(0) < $0.priority }) ?? true {
                    best = (queue, row.integer(0))
                }
            }
        }
        return best
    }

    /// Those of the queues that are not paused.
    private func openQueues(of queues: [QueueName]) throws(BrokerError) -> [QueueName] {
        var paused: Set<String> = []
        try database.run("SELECT queue FROM paused") { paused.insert($0.text(0)) }
        return paused.isEmpty ? queues : queues.filter { !paused.contains($0.text) }
    }

    /// Puts the delayed tasks that have fallen due on their queue.
    private func wakeDue(in queue: QueueName) throws(BrokerError) {
        try database.run(
            """
            UPDATE tasks SET ready_at = due, due = 0
            WHERE queue = ? AND worker IS NULL AND due > 0 AND due <= ?
            """,
            [.text(queue.text), .integer(Timestamp.now().microseconds)]
        )
    }

    private func earliestDue(in queues: [QueueName]) throws(BrokerError) -> Timestamp? {
        var earliest: Timestamp?
        for queue in queues {
            try database.run(
                "SELECT min(due) FROM tasks WHERE queue = ? AND worker IS NULL AND due > 0",
                [.text(queue.text)]
            ) { row in
                guard !row.isNull(0) else { return }
                let due = Timestamp(microseconds: row.integer(0))
                earliest = min(earliest ?? due, due)
            }
        }
        return earliest
    }

    private func take(
        _ limit: Int,
        from queue: QueueName,
        priority: Int64
    ) throws(BrokerError) -> [Delivery] {
        var held: [(seq: Int64, delivery: Int64, losses: Int64, isRevoked: Bool)] = []
        let now = Timestamp.now().microseconds
        try database.run(
            """
            UPDATE tasks SET worker = ?1, taken_at = ?2, delivery = max(delivery + 1, ?2)
            WHERE seq IN (
                SELECT seq FROM tasks
                WHERE queue = ? AND priority = ? AND worker IS NULL AND due = 0 ORDER BY seq LIMIT ?
            ) RETURNING seq, delivery, losses,
                EXISTS (SELECT 1 FROM revoked WHERE id = tasks.id AND expires_at > taken_at)
            """,
            [
                .text(worker), .integer(now), .text(queue.text), .integer(priority),
                .integer(Int64(limit)),
            ]
        ) { held.append(($0.integer(0), $0.integer(1), $0.integer(2), $0.integer(3) == 1)) }
        var deliveries: [Delivery] = []
        for task in held.sorted(by: { $0.seq < $1.seq }) {
            try database.run(
                "SELECT headers, properties, body, content_type FROM messages WHERE seq = ?",
                [.integer(task.seq)]
            ) { row in
                deliveries.append(
                    Delivery(
                        tag: "\(task.seq).\(task.delivery)",
                        queue: queue,
                        content: .columns(
                            headers: row.bytes(0),
                            properties: row.bytes(1),
                            body: row.bytes(2),
                            contentType: row.text(3)
                        ),
                        losses: Int(task.losses),
                        isRevoked: task.isRevoked
                    )
                )
            }
        }
        return deliveries
    }
}
