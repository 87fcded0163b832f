package import TaskQueue

extension SQLiteBroker: DeadLetterStore {
    private static let letterColumns = "seq, id, task, queue, reason, losses, died_at"
    private static let messageColumns = "headers, properties, body, content_type"

    package func deadLetters(
        of queue: QueueName,
        skipping skipped: Int,
        upTo limit: Int,
        includingMessages: Bool
    ) throws(BrokerError) -> [StoredLetter] {
        var letters: [StoredLetter] = []
        try database.run(
            """
            SELECT \(Self.letterColumns)\(includingMessages ? ", \(Self.messageColumns)" : "")
            FROM dead_letters WHERE queue = ? ORDER BY seq LIMIT ? OFFSET ?
            """,
            [.text(queue.text), .integer(Int64(limit)), .integer(Int64(skipped))]
        ) { letters.append(Self.letter($0, hasMessage: includingMessages)) }
        return letters
    }

    package func deadLetters(
        named name: String,
        among queues: [QueueName]
    ) throws(BrokerError) -> [StoredLetter] {
        var letters: [StoredLetter] = []
        try database.run(
            """
            SELECT \(Self.letterColumns), \(Self.messageColumns) FROM dead_letters
            WHERE id = ? OR seq = ? AND id IS NULL ORDER BY seq
            """,
            [.text(name), Int64(name).map { .integer($0) } ?? .null]
        ) { letters.append(Self.letter($0, hasMessage: true)) }
        return letters
    }

    package func retry(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        guard let content = letter.content?.inParts,
            case .parts(let headers, let properties, let type) = content.form
        else { preconditionFailure("a dead letter without its message cannot be sent again") }
        return try database.transaction { () throws(BrokerError) in
            guard try remove(letter) else { return false }
            let now = Timestamp.now().microseconds
            let fields = try? JSONText(headers)
            let priority = (try? JSONText(properties))?[key: "priority"]?.integer ?? 0
            let ignoresResult = fields?[key: "ignore_result"]?.boolean ?? false
            let unique = fields.flatMap { UniqueHold(headers: $0) }
            let hold = try unique.flatMap { hold throws(BrokerError) in
                try holder(of: hold.key) == nil ? RowHold(hold) : nil
            }
            try database.run(
                """
                INSERT INTO tasks
                    (id, task, queue, priority, due, expects_result, sent_at, unique_key, unique_until,
                    expires)
                VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?)
                """,
                [
                    .text(letter.id?.text ?? ""), .text(letter.task?.text ?? ""),
                    .text(letter.queue.text), .integer(Int64(min(max(priority, 0), 9))),
                    .integer(ignoresResult ? 0 : 1), .integer(now),
                ] + RowHold.values(hold, expires: fields.flatMap(OutgoingMessage.expiry))
            )
            try database.run(
                """
                INSERT INTO messages (seq, headers, properties, content_type, body)
                VALUES (?, ?, ?, ?, ?)
                """,
                [
                    .integer(database.lastRow),
                    .blob(fields.flatMap { TaskMessage.renewed($0)?.bytes } ?? headers),
                    .blob(properties), .text(type),
                    .blob(content.original),
                ]
            )
            if let id = letter.id {
                if let sending = content.namedSending {
                    try results.begin(sending, of: id, due: nil)
                }
                try database.run("DELETE FROM revoked WHERE id = ?", [.text(id.text)])
                try database.run(
                    "DELETE FROM results WHERE id = ? AND state = 'FAILURE'",
                    [.text(id.text)]
                )
            }
            return true
        }
    }

    package func drop(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        try database.transaction { () throws(BrokerError) in try remove(letter) }
    }

    private func remove(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        try database.run(
            "DELETE FROM dead_letters WHERE seq = ?",
            [.integer(Int64(letter.key) ?? 0)]
        )
        return database.changes > 0
    }

    private static func letter(_ row: SQLiteRow, hasMessage: Bool) -> StoredLetter {
        StoredLetter(
            key: row.text(0),
            id: row.isNull(1) ? nil : TaskID(row.text(1)),
            task: row.isNull(2) ? nil : TaskName(row.text(2)),
            queue: QueueName(row.text(3)) ?? .celery,
            reason: row.text(4),
            losses: Int(row.integer(5)),
            diedAt: Timestamp(microseconds: row.integer(6)),
            content: hasMessage
                ? .parts(
                    headers: row.bytes(7),
                    properties: row.bytes(8),
                    body: row.bytes(9),
                    contentType: row.text(10)
                ) : nil
        )
    }
}
