package import TaskQueue

/// How tasks come into a worker's hands.
extension SQLiteBroker {
    package func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        try database.transaction { () throws(BrokerError) in
            let queues = try openQueues(of: queues)
            for queue in queues { try wakeDue(in: queue) }
            let taken = try take(limit, from: queues, in: solitude)
            if taken.count < limit { nextDue = try earliestDue(in: queues) }
            // A worker that holds tasks has a lease, even one that was asleep and has been taken for dead.
            if !taken.isEmpty { try takeLease() }
            return taken
        }
    }

    private func take(
        _ limit: Int,
        from queues: [QueueName],
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        let suspect = limit > 0 ? try nextSuspect(of: queues) : nil
        let hasSuspects = suspect != nil
        suspectsLeft = hasSuspects ? .toOthers : .none
        if let suspect, try !hasMoreUrgent(than: suspect.priority, in: queues) {
            if solitude >= Solitude(forLosses: suspect.losses) {
                rotation.delivered(suspect.queue)
                return try takeSuspect(from: suspect.queue, priority: suspect.priority)
            }
            if try clears() {
                suspectsLeft = .toThis
                return []
            }
        }
        var taken: [Delivery] = []
        while taken.count < limit,
            let head = try nextQueue(of: queues, withoutSuspects: hasSuspects)
        {
            let more = try take(limit - taken.count, from: head.queue, priority: head.priority)
            guard !more.isEmpty else { break }
            rotation.delivered(head.queue)
            taken += more
        }
        return taken
    }

    /// The queue whose first task is the most urgent; among equals the one that has waited longest.
    private func nextQueue(
        of queues: [QueueName],
        withoutSuspects: Bool
    ) throws(BrokerError) -> (queue: QueueName, priority: Int64)? {
        var best: (queue: QueueName, priority: Int64)?
        for queue in rotation.order(queues) {
            try database.run(
                """
                SELECT priority FROM tasks
                WHERE queue = ? AND worker IS NULL AND due = 0 \(withoutSuspects ? "AND losses <= 0" : "")
                ORDER BY priority LIMIT 1
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

    /// Takes tasks that are not under suspicion.
    private func take(
        _ limit: Int,
        from queue: QueueName,
        priority: Int64
    ) throws(BrokerError) -> [Delivery] {
        try hold(
            """
            SELECT seq FROM tasks WHERE queue = ? AND priority = ? AND worker IS NULL AND due = 0
                AND losses <= 0 ORDER BY seq LIMIT ?
            """,
            [.text(queue.text), .integer(priority), .integer(Int64(limit))],
            of: queue
        )
    }

    /// Takes the first of the suspects of a queue and priority.
    private func takeSuspect(
        from queue: QueueName,
        priority: Int64
    ) throws(BrokerError) -> [Delivery] {
        try hold(
            """
            SELECT seq FROM tasks WHERE queue = ? AND priority = ? AND worker IS NULL AND due = 0
                AND losses > 0 ORDER BY losses, seq LIMIT 1
            """,
            [.text(queue.text), .integer(priority)],
            of: queue
        )
    }

    /// Puts the rows that a statement finds into the worker's hands.
    private func hold(
        _ rows: String,
        _ values: [SQLiteValue],
        of queue: QueueName
    ) throws(BrokerError) -> [Delivery] {
        var held: [HeldRow] = []
        let now = Timestamp.now().microseconds
        try database.run(
            """
            UPDATE tasks SET worker = ?1, taken_at = ?2,
                delivery = max(delivery % \(SQLiteBroker.numberEnd) + 1, ?2)
            WHERE seq IN (\(rows))
            RETURNING seq, delivery, losses, redelivered,
                EXISTS (SELECT 1 FROM revoked WHERE id = tasks.id AND expires_at > taken_at)
            """,
            [.text(worker), .integer(now)] + values
        ) { held.append(HeldRow($0)) }
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
                        content: Self.content(row, isRedelivered: task.isRedelivered),
                        losses: task.losses,
                        standing: task.isRevoked ? .revoked : .open
                    )
                )
            }
        }
        return deliveries
    }

    /// Headers, properties, body and content type of a message; marked if it was put back before.
    private static func content(_ row: SQLiteRow, isRedelivered: Bool) -> RawMessage {
        var (headers, properties) = (row.bytes(0), row.bytes(1))
        if isRedelivered, (try? JSONFields(headers)) != nil, (try? JSONFields(properties)) != nil {
            headers = Redelivery.headers(JSONText(wellFormed: headers)).bytes
            properties = Redelivery.properties(JSONText(wellFormed: properties)).bytes
        }
        return .parts(
            headers: headers,
            properties: properties,
            body: row.bytes(2),
            contentType: row.text(3)
        )
    }
}

// MARK: - Suspects

extension SQLiteBroker {
    /// The most urgent of the tasks under suspicion, the one with fewer losses first.
    private func nextSuspect(
        of queues: [QueueName]
    ) throws(BrokerError) -> (queue: QueueName, priority: Int64, losses: Int)? {
        var best: (queue: QueueName, priority: Int64, losses: Int)?
        for queue in rotation.order(queues) {
            try database.run(
                """
                SELECT priority, losses FROM tasks
                WHERE queue = ? AND worker IS NULL AND due = 0 AND losses > 0
                ORDER BY priority, losses LIMIT 1
                """,
                [.text(queue.text)]
            ) { row in
                let found = (queue, row.integer(0), Int(row.integer(1)))
                if best.map({ (found.1, found.2) < ($0.priority, $0.losses) }) ?? true {
                    best = found
                }
            }
        }
        return best
    }

    private func hasMoreUrgent(
        than priority: Int64,
        in queues: [QueueName]
    ) throws(BrokerError) -> Bool {
        try nextQueue(of: queues, withoutSuspects: true).map { $0.priority < priority } ?? false
    }

    /// Whether it is this worker that makes itself quiet for the suspects: one at a time does.
    private func clears() throws(BrokerError) -> Bool {
        let now = Timestamp.now()
        var isTaken = false
        try database.run(
            "SELECT 1 FROM workers WHERE clearing_until > ? AND id <> ? LIMIT 1",
            [.integer(now.microseconds), .text(worker)]
        ) { _ in isTaken = true }
        if isTaken { return false }
        try takeLease()
        try database.run(
            "UPDATE workers SET clearing_until = ? WHERE id = ?",
            [.integer((now + Lease.clearance).microseconds), .text(worker)]
        )
        return true
    }
}

/// A row of `tasks` that was taken.
private struct HeldRow {
    let seq: Int64
    let delivery: Int64
    let losses: Int
    let isRedelivered: Bool
    let isRevoked: Bool

    init(_ row: SQLiteRow) {
        seq = row.integer(0)
        delivery = row.integer(1)
        losses = Int(row.integer(2))
        isRedelivered = row.integer(3) == 1
        isRevoked = row.integer(4) == 1
    }
}
