package import TaskQueue

extension SQLiteBroker: BeatStore {
    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        // Who only waits writes nothing, so that nobody is woken by it.
        if let other = try otherHolder(lease) { return other }
        return try database.transaction { () throws(BrokerError) in
            if let other = try otherHolder(lease) { return other }
            try database.run(
                "INSERT OR REPLACE INTO beat_leases (entries, holder, lease_until) VALUES (?, ?, ?)",
                [
                    .text(lease.group), .text(lease.holder),
                    .integer((Timestamp.now() + BeatLease.length).microseconds),
                ]
            )
            return .held
        }
    }

    package func release(_ lease: BeatLease) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            try database.run(
                "DELETE FROM beat_leases WHERE entries = ? AND holder = ?",
                [.text(lease.group), .text(lease.holder)]
            )
        }
    }

    package func enroll(
        _ entries: [BeatEnrolment],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        try database.transaction { () throws(BrokerError) in
            var records: [BeatRecord] = []
            for entry in entries {
                try database.run(
                    """
                    INSERT INTO beat_entries (name, fingerprint, schedule, task, last_firing)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET
                        last_firing = CASE WHEN fingerprint = excluded.fingerprint THEN last_firing
                            ELSE max(last_firing, excluded.last_firing) END,
                        fingerprint = excluded.fingerprint, schedule = excluded.schedule,
                        task = excluded.task
                        WHERE fingerprint <> excluded.fingerprint OR task <> excluded.task
                    """,
                    [
                        .text(entry.name), .text(entry.fingerprint), .text(entry.schedule),
                        .text(entry.task.text), .integer(now.microseconds),
                    ]
                )
                records.append(try record(of: entry.name) ?? BeatRecord(lastFiring: now))
            }
            return records
        }
    }

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
                last_id = coalesce(?4, last_id)
            """,
            [
                .text(firing.entry), .integer(firing.instant.microseconds),
                .integer(isSent ? 1 : 0), isSent ? .text(firing.message.id.text) : .null,
                .text(firing.message.task.text),
            ]
        )
    }

    private func isPaused(_ name: String) throws(BrokerError) -> Bool {
        var isPaused = false
        try database.run("SELECT paused FROM beat_entries WHERE name = ?", [.text(name)]) { row in
            isPaused = row.integer(0) == 1
        }
        return isPaused
    }

    private func record(of name: String) throws(BrokerError) -> BeatRecord? {
        var record: BeatRecord?
        try database.run(
            "SELECT last_firing, count, last_id FROM beat_entries WHERE name = ?",
            [.text(name)]
        ) { record = Self.record($0) }
        return record
    }

    /// Of the first three columns: last firing, count, id.
    private static func record(_ row: SQLiteRow) -> BeatRecord {
        BeatRecord(
            lastFiring: Timestamp(microseconds: row.integer(0)),
            count: Int(row.integer(1)),
            lastTask: row.isNull(2) ? nil : TaskID(row.text(2))
        )
    }

    private func holds(_ lease: BeatLease) throws(BrokerError) -> Bool {
        try holder(of: lease)?.name == lease.holder
    }

    /// `nil`: the lease is free, or one's own.
    private func otherHolder(_ lease: BeatLease) throws(BrokerError) -> BeatLead? {
        guard let holder = try holder(of: lease), holder.name != lease.holder else { return nil }
        return .heldByOther(holder.name, remaining: holder.remaining)
    }

    /// Who has a lease; one that ends later than any that is taken now was taken by another clock.
    private func holder(
        of lease: BeatLease
    ) throws(BrokerError) -> (name: String, remaining: Duration)? {
        let now = Timestamp.now()
        var holder: (name: String, remaining: Duration)?
        try database.run(
            """
            SELECT holder, lease_until FROM beat_leases
            WHERE entries = ? AND lease_until > ? AND lease_until <= ?
            """,
            [
                .text(lease.group), .integer(now.microseconds),
                .integer((now + BeatLease.length).microseconds),
            ]
        ) { row in
            holder = (row.text(0), Timestamp(microseconds: row.integer(1)) - now)
        }
        return holder
    }
}

extension SQLiteBroker: BeatAdministration {
    package func beatEntries() throws(BrokerError) -> [BeatSummary] {
        var entries: [BeatSummary] = []
        try database.run(
            """
            SELECT last_firing, count, last_id, name, schedule, task, paused FROM beat_entries
            ORDER BY name
            """
        ) { row in
            entries.append(
                BeatSummary(
                    name: row.text(3),
                    schedule: row.text(4),
                    task: TaskName(row.text(5)),
                    record: Self.record(row),
                    isPaused: row.integer(6) == 1
                )
            )
        }
        return entries
    }

    package func setPaused(entry name: String, _ isPaused: Bool) throws(BrokerError) -> Bool? {
        try database.transaction { () throws(BrokerError) in
            guard try record(of: name) != nil else { return nil }
            let wasPaused = try self.isPaused(name)
            try database.run(
                "UPDATE beat_entries SET paused = ? WHERE name = ?",
                [.integer(isPaused ? 1 : 0), .text(name)]
            )
            return wasPaused != isPaused
        }
    }

    package func forget(entry name: String) throws(BrokerError) -> Bool {
        try database.transaction { () throws(BrokerError) in
            guard try record(of: name) != nil else { return false }
            try database.run("DELETE FROM beat_entries WHERE name = ?", [.text(name)])
            return true
        }
    }
}
