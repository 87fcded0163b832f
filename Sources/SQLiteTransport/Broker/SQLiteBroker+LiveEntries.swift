package import TaskQueue

extension SQLiteBroker: LiveEntryStore {
    package func liveVersion() throws(BrokerError) -> Int64 {
        var version: Int64 = 0
        try database.run("SELECT number FROM beat_generation", []) { version = $0.integer(0) }
        return version
    }

    package func liveEntries() throws(BrokerError) -> [StoredLiveEntry] {
        var entries: [StoredLiveEntry] = []
        try database.run("SELECT name, version, entry FROM beat_live ORDER BY name", []) { row in
            entries.append(Self.entry(row))
        }
        return entries
    }

    package func liveEntry(_ name: String) throws(BrokerError) -> StoredLiveEntry? {
        var entry: StoredLiveEntry?
        try database.run(
            "SELECT name, version, entry FROM beat_live WHERE name = ?",
            [.text(name)]
        ) { entry = Self.entry($0) }
        return entry
    }

    package func enroll(
        live entries: [LiveEntry],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] {
        // Who only looks writes nothing, so that nobody is woken by it.
        guard !entries.isEmpty else { return [] }
        return try database.transaction { () throws(BrokerError) in
            var records: [BeatRecord?] = []
            for live in entries {
                let known = try known(live.entry.name)
                if known == nil, try liveEntry(live.entry.name)?.version == live.version {
                    try write(live.enrolment, lastFiring: now, version: live.version)
                    records.append(BeatRecord(lastFiring: now))
                } else {
                    records.append(known?.version == live.version ? known?.record : nil)
                }
            }
            return records
        }
    }

    package func add(
        _ entries: [LiveDraft],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition] {
        try database.transaction { () throws(BrokerError) in
            var additions: [LiveAddition] = []
            var version: Int64?
            for draft in entries {
                let known = try known(draft.entry.name)
                let isThere = try liveEntry(draft.entry.name) != nil
                if let known, known.version == nil {
                    additions.append(.configured)
                } else if isThere, !replaces {
                    additions.append(.exists)
                } else {
                    if version == nil { version = try nextGeneration() }
                    try write(draft, in: known, at: now, version: version ?? 0)
                    additions.append(isThere ? .replaced(sent: known?.record.count ?? 0) : .added)
                }
            }
            return additions
        }
    }

    package func remove(live name: String) throws(BrokerError) -> LiveRemoval {
        try database.transaction { () throws(BrokerError) in
            guard try liveEntry(name) != nil else {
                return try record(of: name) == nil ? .unknown : .configured
            }
            _ = try nextGeneration()
            try database.run("DELETE FROM beat_live WHERE name = ?", [.text(name)])
            try database.run(
                "DELETE FROM beat_entries WHERE name = ? AND live IS NOT NULL",
                [.text(name)]
            )
            return .removed
        }
    }
}

// MARK: - Within a transaction

extension SQLiteBroker {
    /// Counts a change.
    func nextGeneration() throws(BrokerError) -> Int64 {
        try database.run("UPDATE beat_generation SET number = number + 1", [])
        return try liveVersion()
    }

    /// What is remembered of an entry.
    private typealias Known = (record: BeatRecord, fingerprint: String, version: Int64?)

    private func known(_ name: String) throws(BrokerError) -> Known? {
        var known: Known?
        try database.run(
            "SELECT last_firing, count, last_id, fingerprint, live FROM beat_entries WHERE name = ?",
            [.text(name)]
        ) { row in
            known = (Self.record(row), row.text(3), row.isNull(4) ? nil : row.integer(4))
        }
        return known
    }

    private func write(
        _ draft: LiveDraft,
        in known: Known?,
        at now: Timestamp,
        version: Int64
    ) throws(BrokerError) {
        let enrolment = draft.enrolment
        var last = known?.record.lastFiring ?? now
        if known?.fingerprint != enrolment.fingerprint { last = max(last, now) }
        try write(enrolment, lastFiring: last, version: version)
        try database.run(
            "INSERT OR REPLACE INTO beat_live (name, version, entry) VALUES (?, ?, ?)",
            [.text(enrolment.name), .integer(version), .text(draft.text)]
        )
    }

    private func write(
        _ entry: BeatEnrolment,
        lastFiring: Timestamp,
        version: Int64
    ) throws(BrokerError) {
        try database.run(
            """
            INSERT INTO beat_entries (name, fingerprint, schedule, task, last_firing, live)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET last_firing = excluded.last_firing,
                fingerprint = excluded.fingerprint, schedule = excluded.schedule,
                task = excluded.task, live = excluded.live
            """,
            [
                .text(entry.name), .text(entry.fingerprint), .text(entry.schedule),
                .text(entry.task.text), .integer(lastFiring.microseconds), .integer(version),
            ]
        )
    }

    /// Of the columns name, version, entry.
    private static func entry(_ row: SQLiteRow) -> StoredLiveEntry {
        StoredLiveEntry(name: row.text(0), version: row.integer(1), text: row.text(2))
    }
}
