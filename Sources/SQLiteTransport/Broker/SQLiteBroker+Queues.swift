package import TaskQueue

extension SQLiteBroker: QueueControl, QueuePausing, TaskRevoking {
    /// Tasks in one transaction: others wait for it.
    private static let batch: Int64 = 1000

    package func purge(
        _ queue: QueueName,
        includingDelayed: Bool,
        telling: ([TaskID]) throws(BrokerError) -> Void
    ) throws(BrokerError) -> Int {
        try inBatches(includingDelayed) { (condition, last) throws(BrokerError) in
            try remove(
                """
                seq IN (SELECT seq FROM tasks WHERE queue = ? AND \(condition) AND seq <= ? LIMIT ?)
                """,
                [.text(queue.text), .integer(last), .integer(Self.batch)],
                isPurged: true
            )
        }
    }

    package func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int {
        try inBatches(includingDelayed) { (condition, last) throws(BrokerError) in
            try database.run(
                """
                UPDATE tasks SET queue = ? WHERE seq IN (
                    SELECT seq FROM tasks WHERE queue = ? AND \(condition) AND seq <= ? LIMIT ?)
                """,
                [.text(target.text), .text(source.text), .integer(last), .integer(Self.batch)]
            )
            return database.changes
        }
    }

    package func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool {
        try database.transaction { () throws(BrokerError) in
            if isPaused {
                try database.run(
                    "INSERT OR IGNORE INTO paused (queue, paused_at) VALUES (?, ?)",
                    [.text(queue.text), .integer(Timestamp.now().microseconds)]
                )
            } else {
                try database.run("DELETE FROM paused WHERE queue = ?", [.text(queue.text)])
            }
            return database.changes > 0
        }
    }

    package func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError) {
        let now = Timestamp.now()
        try database.transaction { () throws(BrokerError) in
            try database.run(
                "DELETE FROM revoked WHERE expires_at <= ?",
                [.integer(ExpiryClock.now.microseconds)]
            )
            for id in ids {
                try database.run(
                    "INSERT OR REPLACE INTO revoked (id, expires_at) VALUES (?, ?)",
                    [.text(id.text), .integer((now + lifetime).microseconds)]
                )
            }
        }
    }

    package func takeOut(_ ids: [TaskID]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            for id in ids {
                let condition = "id = ? AND worker IS NULL"
                guard try remove(condition, [.text(id.text)], isPurged: false) > 0 else { continue }
                try database.run("DELETE FROM revoked WHERE id = ?", [.text(id.text)])
            }
        }
    }

    package func find(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID> {
        var found: Set<TaskID> = []
        for id in ids {
            try database.run("SELECT 1 FROM tasks WHERE id = ? LIMIT 1", [.text(id.text)]) { _ in
                found.insert(id)
            }
        }
        return found
    }

    /// Removes tasks, within a transaction.
    ///
    /// - Parameters:
    ///   - condition: in SQL.
    ///   - values: of its parameters.
    ///   - isPurged: whether to tell those who wait for them, where results are kept here.
    /// - Returns: how many.
    /// - Throws: ``BrokerError``.
    private func remove(
        _ condition: String,
        _ values: [SQLiteValue],
        isPurged: Bool
    ) throws(BrokerError) -> Int {
        var removed: [(seq: Int64, id: TaskID, expectsResult: Bool)] = []
        try database.run(
            "DELETE FROM tasks WHERE \(condition) RETURNING seq, id, expects_result",
            values
        ) { removed.append(($0.integer(0), TaskID($0.text(1)), $0.integer(2) == 1)) }
        let now = Timestamp.now()
        for task in removed {
            try database.run("DELETE FROM messages WHERE seq = ?", [.integer(task.seq)])
            guard isPurged, task.expectsResult, holdsResults else { continue }
            try results.store(.purged(task.id, at: now))
        }
        return removed.count
    }

    /// Does something to what waits and, if wanted, to what is delayed; to what is there now, so that it
    /// ends however fast more is sent.
    ///
    /// `step` is given the condition of an index, and the last row; it says how many it changed.
    private func inBatches(
        _ includingDelayed: Bool,
        _ step: (_ condition: String, _ last: Int64) throws(BrokerError) -> Int
    ) throws(BrokerError) -> Int {
        var last: Int64 = 0
        try database.run("SELECT coalesce(max(seq), 0) FROM tasks") { last = $0.integer(0) }
        var total = 0
        let waiting = "worker IS NULL AND due = 0"
        for condition in [waiting] + (includingDelayed ? ["worker IS NULL AND due > 0"] : []) {
            while true {
                let count = try database.transaction { () throws(BrokerError) in
                    try step(condition, last)
                }
                total += count
                if count == 0 { break }
            }
        }
        return total
    }
}
