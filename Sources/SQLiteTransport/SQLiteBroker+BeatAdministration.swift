package import TaskQueue

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
