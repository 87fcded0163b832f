package import TaskQueue

/// Sending firings, each in one step with what is remembered of its entry.
extension SQLiteBroker {
    package func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome] {
        try database.transaction { () throws(BrokerError) in
            guard try holds(lease) else { return firings.map { _ in .notLeading } }
            var outcomes: [BeatOutcome] = []
            for firing in firings { outcomes.append(try fire(firing)) }
            return outcomes
        }
    }

    /// Within a transaction.
    private func fire(_ firing: BeatFiring) throws(BrokerError) -> BeatOutcome {
        if let version = firing.version, try liveVersion(of: firing.entry) != version {
            return .gone
        }
        let known = try record(of: firing.entry)
        if let known,
            known.lastFiring >= firing.instant || firing.most.map({ known.count >= $0 }) ?? false
        {
            return .passed(known)
        }
        if try isPaused(firing.entry) {
            try remember(firing, isSent: false)
            return .paused
        }
        let holder: TaskID?
        if let unique = firing.message.unique {
            holder = try self.holder(of: unique.key)
        } else {
            holder = nil
        }
        if holder == nil {
            try insert(firing.message, holding: firing.message.unique.map { RowHold($0) })
        }
        try remember(firing, isSent: holder == nil)
        return holder.map { .overlapped($0) } ?? .sent
    }

    private func remember(_ firing: BeatFiring, isSent: Bool) throws(BrokerError) {
        try database.run(
            """
            INSERT INTO beat_entries
                (name, fingerprint, schedule, task, last_firing, count, last_id)
            VALUES (?1, '', '', ?5, ?2, ?3, ?4)
            ON CONFLICT (name) DO UPDATE SET last_firing = ?2, count = count + ?3,
                last_id = coalesce(?4, last_id), live = ?6
            """,
            [
                .text(firing.entry), .integer(firing.instant.microseconds),
                .integer(isSent ? 1 : 0), isSent ? .text(firing.message.id.text) : .null,
                .text(firing.message.task.text),
                firing.version.map { .integer($0) } ?? .null,
            ]
        )
    }

    /// As which an entry counts; `nil`: as one of the settings, or it is not known.
    private func liveVersion(of name: String) throws(BrokerError) -> Int64? {
        var version: Int64?
        try database.run("SELECT live FROM beat_entries WHERE name = ?", [.text(name)]) { row in
            if !row.isNull(0) { version = row.integer(0) }
        }
        return version
    }

    func isPaused(_ name: String) throws(BrokerError) -> Bool {
        var isPaused = false
        try database.run("SELECT paused FROM beat_entries WHERE name = ?", [.text(name)]) { row in
            isPaused = row.integer(0) == 1
        }
        return isPaused
    }

    func record(of name: String) throws(BrokerError) -> BeatRecord? {
        var record: BeatRecord?
        try database.run(
            "SELECT last_firing, count, last_id FROM beat_entries WHERE name = ?",
            [.text(name)]
        ) { record = Self.record($0) }
        return record
    }

    /// Of the first three columns: last firing, count, id.
    static func record(_ row: SQLiteRow) -> BeatRecord {
        BeatRecord(
            lastFiring: Timestamp(microseconds: row.integer(0)),
            count: Int(row.integer(1)),
            lastTask: row.isNull(2) ? nil : TaskID(row.text(2))
        )
    }
}
