package import TaskQueue

extension SQLiteBroker: BeatStore {
    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        // A process that only waits writes nothing, so that nobody is woken by it.
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

    package func installation() throws(BrokerError) -> String {
        var installation = ""
        try database.run("SELECT id FROM installation") { installation = $0.text(0) }
        return installation
    }

    package func register(
        _ entries: [BeatRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        try database.transaction { () throws(BrokerError) in
            var records: [BeatRecord] = []
            for entry in entries {
                let record = entry.record(after: try known(entry.name), at: now)
                try write(entry, lastFiring: record.lastFiring, version: nil)
                records.append(record)
            }
            return records
        }
    }

    /// Within a transaction; what is as it was is not written again.
    ///
    /// - Parameters:
    ///   - entry: as it is known from now on.
    ///   - lastFiring: what is remembered of it.
    ///   - version: of a live entry; `nil`: it is one of the settings.
    /// - Throws: ``BrokerError/storageFailed(url:reason:)``.
    func write(
        _ entry: BeatRegistration,
        lastFiring: Timestamp,
        version: Int64?
    ) throws(BrokerError) {
        try database.run(
            """
            INSERT INTO beat_entries (name, fingerprint, schedule, task, last_firing, live)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET last_firing = excluded.last_firing,
                fingerprint = excluded.fingerprint, schedule = excluded.schedule,
                task = excluded.task, live = excluded.live
                WHERE fingerprint <> excluded.fingerprint OR task <> excluded.task
                    OR live IS NOT excluded.live
            """,
            [
                .text(entry.name), .text(entry.fingerprint), .text(entry.schedule),
                .text(entry.task.text), .integer(lastFiring.microseconds),
                version.map { .integer($0) } ?? .null,
            ]
        )
    }

    func holds(_ lease: BeatLease) throws(BrokerError) -> Bool {
        try holder(of: lease)?.name == lease.holder
    }

    /// `nil`: the lease is free, or one's own.
    private func otherHolder(_ lease: BeatLease) throws(BrokerError) -> BeatLead? {
        guard let holder = try holder(of: lease), holder.name != lease.holder else { return nil }
        return .heldByOther(holder.name, remaining: holder.remaining)
    }

    /// The holder of a lease; a lease that ends later than any that is taken now was taken by another clock.
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
