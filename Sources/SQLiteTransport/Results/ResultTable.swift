internal import TaskQueue

/// The rows of `results`.
final class ResultTable {
    private let database: SQLiteDatabase
    private let lifetime: Duration?
    private var nextCleaning = Instant.now

    /// `lifetime` is how long a result is kept; `nil`: for ever.
    init(_ database: SQLiteDatabase, lifetime: Duration?) {
        self.database = database
        self.lifetime = lifetime
    }

    /// Writes a record; a success that is there already stays, as with Celery.
    ///
    /// - Parameters:
    ///   - result: what came out.
    ///   - sending: which sending of its id it belongs to; only the latest is written. `nil`: its sender
    ///     did not name the id.
    /// - Throws: ``BrokerError``.
    func store(_ result: StoredResult, of sending: String? = nil) throws(BrokerError) {
        if let sending, try isOutdated(sending, of: result.id) { return }
        try write(result, unless: TaskState.lastingOutcomes)
    }

    /// Writes the record of a task that still runs; a final one that is there already stays.
    func storeProgress(_ result: StoredResult, of sending: String?) throws(BrokerError) {
        if let sending, try isOutdated(sending, of: result.id) { return }
        try write(result, unless: TaskState.outcomes)
    }

    /// `kept` are the states of records that stay; what has expired does not.
    private func write(_ result: StoredResult, unless kept: [TaskState]) throws(BrokerError) {
        let now = Timestamp.now()
        let states = kept.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        try database.run(
            """
            INSERT INTO results (id, state, record, stored_at, expires_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, record = excluded.record,
                stored_at = excluded.stored_at, expires_at = excluded.expires_at
            WHERE results.state NOT IN (\(states)) OR results.expires_at <= excluded.stored_at
            """,
            [
                .text(result.id.text), .text(result.state.rawValue), .blob(result.json),
                .integer(now.microseconds),
                lifetime.map { .integer((now + $0).microseconds) } ?? .null,
            ]
        )
    }

    /// Deletes what has expired, once a minute at most.
    func removeExpired() throws(BrokerError) {
        guard lifetime != nil, Instant.now >= nextCleaning else { return }
        nextCleaning = .now + .seconds(60)
        let now = ExpiryClock.now.microseconds
        try database.run(
            """
            DELETE FROM results WHERE rowid IN (
                SELECT rowid FROM results WHERE expires_at <= ? LIMIT 10000)
            """,
            [.integer(now)]
        )
        try database.run("DELETE FROM sendings WHERE expires_at <= ?", [.integer(now)])
    }

    func status(of id: TaskID) throws(BrokerError) -> ResultStatus {
        // First whether it is under way: it may end between the two looks, and is then found in the second.
        var status = ResultStatus.unknown
        try database.run(
            "SELECT 1 FROM tasks WHERE id = ? AND expects_result = 1 LIMIT 1",
            [.text(id.text)]
        ) { _ in status = .pending }
        try database.run(
            "SELECT record FROM results WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)",
            [.text(id.text), .integer(Timestamp.now().microseconds)]
        ) { row in
            if let result = StoredResult(json: row.bytes(0), id: id) { status = .stored(result) }
        }
        if status == .unknown, try PromiseTable(database).isPromised(id) { return .pending }
        return status
    }

    func remove(_ id: TaskID) throws(BrokerError) {
        try database.run("DELETE FROM results WHERE id = ?", [.text(id.text)])
    }

    func forget(_ id: TaskID) throws(BrokerError) {
        try remove(id)
        try database.run("UPDATE tasks SET expects_result = 0 WHERE id = ?", [.text(id.text)])
    }

    /// Makes a sending of an id the latest: what is known of those before is forgotten.
    ///
    /// - Parameters:
    ///   - sending: see ``NamedSending``.
    ///   - id: of the task.
    ///   - due: when the task can begin; `nil`: at once.
    /// - Throws: ``BrokerError``.
    func begin(_ sending: String, of id: TaskID, due: Timestamp?) throws(BrokerError) {
        try remove(id)
        let start = max(due ?? .earliest, .now())
        try database.run(
            "INSERT OR REPLACE INTO sendings (id, sending, expires_at) VALUES (?, ?, ?)",
            [
                .text(id.text), .text(sending),
                lifetime.map { .integer((start + $0).microseconds) } ?? .null,
            ]
        )
    }

    func isOutdated(_ sending: String, of id: TaskID) throws(BrokerError) -> Bool {
        var isOutdated = false
        try database.run(
            "SELECT 1 FROM sendings WHERE id = ? AND sending <> ?",
            [.text(id.text), .text(sending)]
        ) { _ in isOutdated = true }
        return isOutdated
    }
}
