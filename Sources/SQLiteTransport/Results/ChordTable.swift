internal import TaskQueue

/// Counts which tasks of chords' headers have ended, in a transaction of the caller's.
struct ChordTable {
    private let database: SQLiteDatabase

    /// After the last report, or the beginning.
    private static let lifetime: Duration = .seconds(30 * 86_400)

    init(_ database: SQLiteDatabase) {
        self.database = database
    }

    /// Chords begin.
    func start(_ starts: [ChordStart]) throws(BrokerError) {
        guard !starts.isEmpty else { return }
        try LateTable.chords.make(in: database)
        try LateTable.reports.make(in: database)
        let now = Timestamp.now()
        try database.run(
            "DELETE FROM reports WHERE chord IN (SELECT id FROM chords WHERE expires_at <= ?)",
            [.integer(now.microseconds)]
        )
        try database.run("DELETE FROM chords WHERE expires_at <= ?", [.integer(now.microseconds)])
        for start in starts {
            try database.run(
                "DELETE FROM chords WHERE id = ? AND size = 0",
                [.text(start.group)]
            )
            try database.run(
                """
                INSERT INTO chords (id, size, expires_at) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET size = excluded.size
                """,
                [
                    .text(start.group), .integer(Int64(start.size)),
                    .integer((now + Self.lifetime).microseconds),
                ]
            )
        }
    }

    /// Counts a report.
    ///
    /// - Returns: all that have reported, if these are as many as there are, in their order; `nil`: others are to come,
    ///   or the body was sent.
    func count(_ report: ChordReport) throws(BrokerError) -> [ChordMember]? {
        try LateTable.chords.make(in: database)
        try LateTable.reports.make(in: database)
        let expiry = (Timestamp.now() + Self.lifetime).microseconds
        try database.run(
            "INSERT OR IGNORE INTO reports (chord, task, place, member) VALUES (?, ?, ?, ?)",
            [
                .text(report.group), .text(report.task.text),
                report.index.map { .integer(Int64($0)) } ?? .null, .blob(report.member.bytes),
            ]
        )
        let new = Int64(database.changes)
        try database.run(
            """
            INSERT INTO chords (id, reported, expires_at) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET reported = reported + ?, expires_at = excluded.expires_at
            """,
            [.text(report.group), .integer(new), .integer(expiry), .integer(new)]
        )
        var isLast = false
        try database.run(
            "SELECT 1 FROM chords WHERE id = ? AND size = reported",
            [.text(report.group)]
        ) { _ in isLast = true }
        guard isLast else { return nil }
        var members: [ChordMember] = []
        try database.run(
            "SELECT member FROM reports WHERE chord = ? ORDER BY place IS NULL, place, rowid",
            [.text(report.group)]
        ) { row in
            if let member = ChordMember(row.bytes(0)) { members.append(member) }
        }
        return members
    }

    /// The body of a chord was sent, or its failure is written: what is reported from now on counts for nothing.
    func close(_ group: String) throws(BrokerError) {
        try database.run("DELETE FROM reports WHERE chord = ?", [.text(group)])
        try database.run(
            "UPDATE chords SET size = 0, reported = 1 WHERE id = ?",
            [.text(group)]
        )
    }
}
