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
        let known = try known(firing.entry)
        let outcome = try firing.outcome(in: known) { key throws(BrokerError) in
            try holder(of: key)
        }
        if outcome == .sent {
            try insert(firing.message, holding: firing.message.unique.map { RowHold($0) })
        }
        if let record = firing.record(after: outcome, in: known) {
            try remember(record, of: firing)
        }
        return outcome
    }

    private func remember(_ record: BeatRecord, of firing: BeatFiring) throws(BrokerError) {
        try database.run(
            """
            INSERT INTO beat_entries
                (name, fingerprint, schedule, task, last_firing, count, last_id)
            VALUES (?1, '', '', ?5, ?2, ?3, ?4)
            ON CONFLICT (name) DO UPDATE SET last_firing = ?2, count = ?3, last_id = ?4, live = ?6
            """,
            [
                .text(firing.entry), .integer(record.lastFiring.microseconds),
                .integer(Int64(record.count)), record.lastTask.map { .text($0.text) } ?? .null,
                .text(firing.message.task.text),
                firing.version.map { .integer($0) } ?? .null,
            ]
        )
    }

    /// `nil`: nothing is known of the entry.
    func known(_ name: String) throws(BrokerError) -> KnownEntry? {
        var known: KnownEntry?
        try database.run(
            """
            SELECT last_firing, count, last_id, fingerprint, paused, live FROM beat_entries
            WHERE name = ?
            """,
            [.text(name)]
        ) { row in
            known = KnownEntry(
                record: Self.record(row),
                fingerprint: row.text(3),
                isPaused: row.integer(4) == 1,
                version: row.isNull(5) ? nil : row.integer(5)
            )
        }
        return known
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
