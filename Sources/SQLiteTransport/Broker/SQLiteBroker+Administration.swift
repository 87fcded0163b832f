package import TaskQueue

extension SQLiteBroker: QueueInspection {
    package func queueNames() throws(BrokerError) -> [QueueName] {
        var names: [QueueName] = []
        try database.run(
            """
            SELECT queue FROM tasks UNION SELECT queue FROM dead_letters UNION SELECT queue FROM paused
            UNION SELECT value FROM workers, json_each(workers.queues) ORDER BY 1
            """
        ) { row in
            if let name = QueueName(row.text(0)) { names.append(name) }
        }
        return names
    }

    package func summaries(of queues: [QueueName]) throws(BrokerError) -> [QueueSummary] {
        var summaries: [QueueSummary] = []
        for queue in queues { summaries.append(try summary(of: queue)) }
        return summaries
    }

    package func workers() throws(BrokerError) -> [WorkerSummary] {
        var workers: [WorkerSummary] = []
        try database.run(
            """
            SELECT id, lease_until, queues, name, host, pid, started_at,
                (SELECT count(*) FROM tasks WHERE worker IS NOT NULL AND worker = workers.id)
            FROM workers ORDER BY id
            """
        ) { row in
            let queues = try? JSONText(row.bytes(2))
            workers.append(
                WorkerSummary(
                    id: row.text(0),
                    identity: Self.identity(row),
                    queues: queues?.elements?.compactMap { $0.string.flatMap(QueueName.init) }
                        ?? [],
                    held: Int(row.integer(7)),
                    leaseEndsAt: Timestamp(microseconds: row.integer(1))
                )
            )
        }
        return workers
    }

    package func runningTasks() throws(BrokerError) -> [RunningTask] {
        var tasks: [RunningTask] = []
        try database.run(
            """
            SELECT id, task, queue, worker, taken_at FROM tasks WHERE worker IS NOT NULL
            ORDER BY taken_at, seq
            """
        ) { row in
            tasks.append(
                RunningTask(
                    id: TaskID(row.text(0)),
                    task: TaskName(row.text(1)),
                    queue: QueueName(row.text(2)),
                    worker: row.text(3),
                    takenAt: row.isNull(4) ? nil : Timestamp(microseconds: row.integer(4))
                )
            )
        }
        return tasks
    }

    private static func identity(_ row: SQLiteRow) -> WorkerIdentity? {
        if row.isNull(3) { return nil }
        return WorkerIdentity(
            name: row.text(3),
            host: row.text(4),
            pid: Int(row.integer(5)),
            startedAt: Timestamp(microseconds: row.integer(6))
        )
    }

    private func summary(of queue: QueueName) throws(BrokerError) -> QueueSummary {
        func number(_ sql: String) throws(BrokerError) -> Int {
            var number = 0
            try database.run(sql, [.text(queue.text)]) { number = Int($0.integer(0)) }
            return number
        }
        return QueueSummary(
            queue: queue,
            waiting: try count(waitingIn: queue),
            delayed: try number(
                "SELECT count(*) FROM tasks WHERE queue = ? AND worker IS NULL AND due > 0"
            ),
            running: try number(
                "SELECT count(*) FROM tasks WHERE worker IS NOT NULL AND queue = ?"
            ),
            dead: try number("SELECT count(*) FROM dead_letters WHERE queue = ?"),
            oldestAt: try oldest(in: queue),
            isPaused: try number("SELECT count(*) FROM paused WHERE queue = ?") > 0
        )
    }

    /// Of the tasks that are first in line with their priority.
    private func oldest(in queue: QueueName) throws(BrokerError) -> Timestamp? {
        var oldest: Timestamp?
        for priority in 0...9 as ClosedRange<Int64> {
            try database.run(
                """
                SELECT coalesce(ready_at, sent_at) FROM tasks
                WHERE queue = ? AND priority = ? AND worker IS NULL AND due = 0
                ORDER BY seq LIMIT 1
                """,
                [.text(queue.text), .integer(priority)]
            ) { row in
                let sent = Timestamp(microseconds: row.integer(0))
                oldest = min(oldest ?? sent, sent)
            }
        }
        return oldest
    }
}
