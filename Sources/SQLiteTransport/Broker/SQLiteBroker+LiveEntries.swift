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

    package func register(
        live entries: [LiveRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] {
        // A look alone writes nothing, so that nobody is woken by it.
        guard !entries.isEmpty else { return [] }
        return try database.transaction { () throws(BrokerError) in
            var records: [BeatRecord?] = []
            for live in entries {
                let known = try known(live.name)
                if known == nil, try liveEntry(live.name)?.version == live.version {
                    try write(live.registration, lastFiring: now, version: live.version)
                    records.append(BeatRecord(lastFiring: now))
                } else {
                    records.append(known?.version == live.version ? known?.record : nil)
                }
            }
            return records
        }
    }

    package func add(
        _ entries: [NewLiveEntry],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition] {
        try database.transaction { () throws(BrokerError) in
            var additions: [LiveAddition] = []
            var version: Int64?
            for new in entries {
                let known = try known(new.name)
                let isThere = try liveEntry(new.name) != nil
                let addition = LiveAddition(in: known, isThere: isThere, replacing: replaces)
                additions.append(addition)
                guard addition.isDone else { continue }
                if version == nil { version = try nextGeneration() }
                try write(new, in: known, at: now, version: version ?? 0)
            }
            return additions
        }
    }

    package func remove(live name: String) throws(BrokerError) -> LiveRemoval {
        try database.transaction { () throws(BrokerError) in
            guard try liveEntry(name) != nil else {
                return try known(name) == nil ? .unknown : .configured
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
        try database.run(
            "UPDATE beat_generation SET number = number % \(SQLiteBroker.numberEnd) + 1",
            []
        )
        return try liveVersion()
    }

    private func write(
        _ new: NewLiveEntry,
        in known: KnownEntry?,
        at now: Timestamp,
        version: Int64
    ) throws(BrokerError) {
        let registration = new.registration
        let record = registration.record(after: known, at: now)
        try write(registration, lastFiring: record.lastFiring, version: version)
        try database.run(
            "INSERT OR REPLACE INTO beat_live (name, version, entry) VALUES (?, ?, ?)",
            [.text(registration.name), .integer(version), .text(new.text)]
        )
    }

    /// Of the columns name, version, entry.
    private static func entry(_ row: SQLiteRow) -> StoredLiveEntry {
        StoredLiveEntry(name: row.text(0), version: row.integer(1), text: row.text(2))
    }
}
