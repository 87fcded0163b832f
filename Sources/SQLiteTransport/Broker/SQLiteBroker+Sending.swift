package import TaskQueue

extension SQLiteBroker: RepeatableSending {
    /// What fails leaves nothing behind: the transaction is undone.
    package func sendOnce(
        _ messages: [OutgoingMessage],
        accepted: (Int) -> Void
    ) throws(BrokerError) {
        try send(messages)
        accepted(messages.count)
    }

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            for message in messages { try insert(message) }
        }
    }

    /// Within a transaction; `hold` is the key that the task holds.
    func insert(_ message: OutgoingMessage, holding hold: RowHold? = nil) throws(BrokerError) {
        let now = Timestamp.now()
        if let sending = message.sending {
            try results.begin(sending, of: message.id, due: message.eta)
        }
        let due = message.eta.flatMap { $0 > now ? $0.microseconds : nil } ?? 0
        try database.run(
            """
            INSERT INTO tasks
                (id, task, queue, priority, due, expects_result, sent_at, unique_key, unique_until,
                expires)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(message.id.text), .text(message.task.text), .text(message.queue.text),
                .integer(Int64(message.priority)), .integer(due),
                .integer(message.expectsResult ? 1 : 0), .integer(now.microseconds),
            ] + RowHold.values(hold, expires: message.expires)
        )
        try database.run(
            """
            INSERT INTO messages (seq, headers, properties, content_type, body)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                .integer(database.lastRow), .blob(message.message.headers.bytes),
                .blob(message.message.properties.bytes), .text(message.message.contentType),
                .blob(message.message.body),
            ]
        )
    }
}
