package import TaskQueue

extension SQLiteBroker: BeatAdministration {
    package func beatEntries() throws(BrokerError) -> [BeatSummary] {
        var entries: [BeatSummary] = []
        try database.run(
            """
            SELECT last_firing, count, last_id, name, schedule, task, paused, live FROM beat_entries
            ORDER BY name
            """
        ) { row in
            entries.append(
                BeatSummary(
                    name: row.text(3),
                    schedule: row.text(4),
                    task: TaskName(row.text(5)),
                    record: Self.record(row),
                    isPaused: row.integer(6) == 1,
                    origin: row.isNull(7) ? .file : .live
                )
            )
        }
        return entries
    }

    package func setPaused(entry name: String, _ isPaused: Bool) throws(BrokerError) -> Bool? {
        try database.transaction { () throws(BrokerError) in
            guard let known = try known(name) else { return nil }
            try database.run(
                "UPDATE beat_entries SET paused = ? WHERE name = ?",
                [.integer(isPaused ? 1 : 0), .text(name)]
            )
            return known.isPaused != isPaused
        }
    }

    package func forget(entry name: String) throws(BrokerError) -> Bool {
        try database.transaction { () throws(BrokerError) in
            guard try known(name) != nil else { return false }
            if try liveEntry(name) != nil {
                let version = try nextGeneration()
                try database.run(
                    """
                    UPDATE beat_entries SET last_firing = ?, count = 0, last_id = NULL, paused = 0, live = ?
                    WHERE name = ? AND live IS NOT NULL
                    """,
                    [.integer(Timestamp.now().microseconds), .integer(version), .text(name)]
                )
                if database.changes == 1 {
                    try database.run(
                        "UPDATE beat_live SET version = ? WHERE name = ?",
                        [.integer(version), .text(name)]
                    )
                    return true
                }
            }
            try database.run("DELETE FROM beat_entries WHERE name = ?", [.text(name)])
            return true
        }
    }
}
