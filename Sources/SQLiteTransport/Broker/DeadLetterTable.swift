internal import TaskQueue

/// The messages that could not be run, in `dead_letters`.
enum DeadLetterTable {
    /// Copies a message that is still held; does nothing if it is not held any more.
    ///
    /// - Parameters:
    ///   - letter: what to say of the message; its bytes are taken from `messages`.
    ///   - holder: row, number of the delivery, worker.
    ///   - database: in a transaction, which removes the task too.
    /// - Throws: ``BrokerError/storageFailed(url:reason:)``.
    static func insert(
        _ letter: DeadLetter,
        holder: [SQLiteValue],
        into database: SQLiteDatabase
    ) throws(BrokerError) {
        let now = Timestamp.now()
        try database.run(
            """
            INSERT INTO dead_letters
                (id, task, queue, reason, losses, died_at, headers, properties, content_type, body)
            SELECT ?, ?, t.queue, ?, t.losses, ?, m.headers, m.properties, m.content_type, m.body
            FROM tasks t JOIN messages m USING (seq)
            WHERE t.seq = ? AND t.delivery = ? AND t.worker = ?
            """,
            [
                letter.id.map { .text($0.text) } ?? .null,
                letter.task.map { .text($0.text) } ?? .null,
                .text(letter.reason), .integer(now.microseconds),
            ] + holder
        )
        try database.run(
            "DELETE FROM dead_letters WHERE seq <= (SELECT max(seq) FROM dead_letters) - ?",
            [.integer(Int64(DeadLetter.largestCount))]
        )
        // The oldest come first: a few of them are looked at each time, not all.
        try database.run(
            """
            DELETE FROM dead_letters WHERE died_at < ?
                AND seq IN (SELECT seq FROM dead_letters ORDER BY seq LIMIT 100)
            """,
            [.integer((ExpiryClock.now - DeadLetter.longestAge).microseconds)]
        )
    }
}
