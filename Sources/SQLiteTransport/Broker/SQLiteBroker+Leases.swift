package import TaskQueue

extension SQLiteBroker: LeaseKeeper {
    package func renewLease(
        holding tags: [String],
        serving queues: [QueueName]
    ) throws(BrokerError) -> Bool {
        try database.transaction { () throws(BrokerError) in try takeLease(serving: queues) }
    }

    /// Within a transaction; `queues` are those from which the worker takes tasks, `nil`: as it said before.
    ///
    /// - Returns: whether the worker still had its lease.
    @discardableResult
    func takeLease(serving queues: [QueueName]? = nil) throws(BrokerError) -> Bool {
        let until = SQLiteValue.integer((Timestamp.now() + Lease.length).microseconds)
        let queues = queues.map { SQLiteValue.text(Self.json($0)) } ?? .null
        let now = MachineClock.now
        let clock: [SQLiteValue] = [
            .text(MachineClock.name), .integer(now), ProcessMark.own.map { .text($0) } ?? .null,
        ]
        try database.run(
            """
            UPDATE workers SET lease_until = ?5, queues = coalesce(?6, queues),
                steady_since = CASE WHEN clock = ?1 AND beat BETWEEN ?4 AND ?2
                    THEN steady_since ELSE ?2 END,
                clock = ?1, beat = ?2, process = ?3
            WHERE id = ?7
            """,
            clock + [
                .integer(now - LeaseJudge.longestGap.microseconds), until, queues, .text(worker),
            ]
        )
        if database.changes > 0 { return true }
        try database.run(
            """
            INSERT INTO workers (clock, beat, process, steady_since, id, lease_until, queues,
                name, host, pid, started_at)
            VALUES (?1, ?2, ?3, ?2, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """,
            clock + [.text(worker), until, queues] + identityValues
        )
        return false
    }

    private var identityValues: [SQLiteValue] {
        guard let identity else { return [.null, .null, .null, .null] }
        return [
            .text(identity.name), .text(identity.host), .integer(Int64(identity.pid)),
            .integer(identity.startedAt.microseconds),
        ]
    }

    private static func json(_ queues: [QueueName]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for queue in queues { writer.value(queue.text) }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    package func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)] {
        // Looked at without the lock first: nearly always nobody has died.
        guard try !deadWorkers().isEmpty else { return [] }
        return try database.transaction { () throws(BrokerError) in
            var recovered: [(worker: String, tasks: Int)] = []
            for dead in try deadWorkers() {
                let count = try chargeTasks(of: dead)
                if count > 0 { recovered.append((dead, count)) }
                try database.run(
                    "UPDATE tasks SET worker = NULL, due = 0, redelivered = 1 WHERE worker = ?",
                    [.text(dead)]
                )
                try database.run("DELETE FROM workers WHERE id = ?", [.text(dead)])
            }
            return recovered
        }
    }

    /// Counts the losses of all that the dead worker held, sets aside what killed it if that is known, and
    /// says how many tasks those are.
    private func chargeTasks(of dead: String) throws(BrokerError) -> Int {
        var held: [(seq: Int64, losses: Int)] = []
        try database.run(
            "SELECT seq, losses FROM tasks WHERE worker = ? ORDER BY taken_at, seq",
            [.text(dead)]
        ) { held.append(($0.integer(0), Int($0.integer(1)))) }
        let death = WorkerDeath(holding: held.map(\.losses))
        let deaths = try deaths(adding: death.isUnexplained ? 1 : 0)
        for (index, task) in held.enumerated() {
            let verdict = death.verdict(at: index, besides: deaths)
            try database.run(
                "UPDATE tasks SET losses = ? WHERE seq = ?",
                [.integer(Int64(verdict.losses)), .integer(task.seq)]
            )
            if verdict.isPoison { try deadLetterPoison(of: dead) }
        }
        return held.count
    }

    /// How many workers died of late without a task under suspicion, so many more included.
    private func deaths(adding count: Int) throws(BrokerError) -> Int {
        let now = Timestamp.now()
        for _ in 0..<count {
            try database.run(
                "INSERT INTO deaths (died_at) VALUES (?)",
                [.integer(now.microseconds)]
            )
        }
        let oldest = (now - Lease.deathMemory).microseconds
        try database.run("DELETE FROM deaths WHERE died_at < ?", [.integer(oldest)])
        var deaths = 0
        try database.run("SELECT count(*) FROM deaths") { deaths = Int($0.integer(0)) }
        return deaths
    }

    package func requeueAllBut(_ tags: [String]) throws(BrokerError) {
        let known = Set(tags)
        try database.transaction { () throws(BrokerError) in
            var unknown: [Int64] = []
            try database.run("SELECT seq, delivery FROM tasks WHERE worker = ?", [.text(worker)]) {
                let tag = "\($0.integer(0)).\($0.integer(1))"
                if !known.contains(tag) { unknown.append($0.integer(0)) }
            }
            for seq in unknown {
                try database.run(
                    "UPDATE tasks SET worker = NULL, due = 0, redelivered = 1 WHERE seq = ?",
                    [.integer(seq)]
                )
            }
        }
    }

    package func releaseLease(serving queues: [QueueName]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            try database.run("DELETE FROM workers WHERE id = ?", [.text(worker)])
        }
    }

    /// Workers whose lease has run out, and those that hold tasks without any.
    private func deadWorkers() throws(BrokerError) -> [String] {
        var signs: [WorkerSign] = []
        try database.run(
            """
            SELECT id, clock, beat, process, lease_until FROM workers
            WHERE clock IS NOT ?1 OR beat NOT BETWEEN ?2 AND ?3
            """,
            [
                .text(MachineClock.name),
                .integer(MachineClock.now - Lease.length.microseconds),
                .integer(MachineClock.now),
            ]
        ) { signs.append(WorkerSign($0)) }
        var steadySince: Int64?
        if !signs.isEmpty {
            try database.run(
                "SELECT steady_since FROM workers WHERE id = ? AND clock = ?",
                [.text(worker), .text(MachineClock.name)]
            ) { steadySince = $0.integer(0) }
        }
        var dead = judge.dead(signs, steadySince: steadySince)
        try database.run(
            """
            SELECT DISTINCT worker FROM tasks
            WHERE worker IS NOT NULL AND worker NOT IN (SELECT id FROM workers)
            """
        ) { dead.append($0.text(0)) }
        return dead
    }

    /// Puts the one task that a dead worker held among the dead letters.
    private func deadLetterPoison(of dead: String) throws(BrokerError) {
        var letters: [DeadLetter] = []
        try database.run(
            """
            SELECT seq, delivery, id, task, queue, losses, expects_result, headers, properties,
                content_type, body
            FROM tasks JOIN messages USING (seq) WHERE worker = ?
            """,
            [.text(dead)]
        ) { letters.append(Self.poison($0)) }
        for letter in letters { _ = try deadLetter(letter, heldBy: dead) }
    }

    private static func poison(_ row: SQLiteRow) -> DeadLetter {
        let delivery = Delivery(
            tag: "\(row.integer(0)).\(row.integer(1))",
            queue: QueueName(row.text(4)) ?? .celery,
            content: .parts(
                headers: row.bytes(7),
                properties: row.bytes(8),
                body: row.bytes(10),
                contentType: row.text(9)
            ),
            losses: Int(row.integer(5))
        )
        return .poison(
            delivery,
            id: TaskID(row.text(2)),
            task: TaskName(row.text(3)),
            expectsResult: row.integer(6) != 0,
            at: .now(),
            message: try? delivery.message()
        )
    }
}
