internal import TaskQueue

/// A table that few files need, made by the step that writes it first.
///
/// SQLite reads the whole schema each time a file is opened: a table with its index costs every `tq-send` half a
/// percent of its instructions.
enum LateTable: String {
    /// Records that are kept for programs at a broker which remembers nothing, each in a space.
    case records
    /// Chords, by the ids of their headers: `size` is how many are to report, null while that is not known and 0 when
    /// the body was sent.
    case chords
    /// What the tasks of their headers have reported; `place` is null at the end.
    case reports
    /// Ids that were promised for tasks which are not sent yet.
    case promised
    /// Which tasks groups have; `record` is a ``GroupRecord``.
    case groups

    private var definition: String {
        switch self {
        case .records:
            """
            CREATE TABLE IF NOT EXISTS records (
                space TEXT NOT NULL,
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (space, name)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires_at);
            """
        case .chords:
            """
            CREATE TABLE IF NOT EXISTS chords (
                id TEXT PRIMARY KEY,
                size INTEGER,
                reported INTEGER NOT NULL DEFAULT 0,
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS chords_by_expiry ON chords (expires_at);
            """
        case .promised:
            """
            CREATE TABLE IF NOT EXISTS promised (
                id TEXT PRIMARY KEY,
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """
        case .groups:
            """
            CREATE TABLE IF NOT EXISTS groups (
                id TEXT PRIMARY KEY,
                record BLOB NOT NULL,
                expires_at INTEGER
            ) STRICT;
            """
        case .reports:
            """
            CREATE TABLE IF NOT EXISTS reports (
                chord TEXT NOT NULL,
                task TEXT NOT NULL,
                place INTEGER,
                member BLOB NOT NULL,
                PRIMARY KEY (chord, task)
            ) STRICT;
            """
        }
    }

    /// Makes it if it is not there; in a transaction.
    func make(in database: SQLiteDatabase) throws(BrokerError) {
        guard try !isThere(in: database) else { return }
        try database.run(definition)
    }

    /// Whether anything was ever written to it.
    func isThere(in database: SQLiteDatabase) throws(BrokerError) -> Bool {
        var isThere = false
        try database.run("SELECT 1 FROM sqlite_schema WHERE name = ?", [.text(rawValue)]) { _ in
            isThere = true
        }
        return isThere
    }
}
