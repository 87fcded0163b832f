internal import TaskQueue

/// tq's tables, and the views that are documented in tq(7) and stay as they are.
///
/// To change the tables: raise `version`, add the statements that lead from the version before to
/// `migrations`, and leave those that are there. Files are never migrated back.
enum Schema {
    /// Marks the file as tq's (`PRAGMA application_id`): "tq" and the year.
    private static let applicationID: Int64 = 0x7471_2026
    static let version: Int64 = 7

    private static let migrations = [
        version1, version2, version3, version4, version5, version6, version7,
    ]

    /// Makes or checks the tables of a file that was just opened.
    static func prepare(_ database: SQLiteDatabase) throws(BrokerError) {
        // A commit is on the disk before it is reported; WAL needs one fsync for it.
        try database.run("PRAGMA synchronous=FULL")
        if try checkedVersion(database) == version { return }
        try database.run("PRAGMA journal_mode=WAL")
        try database.transaction { () throws(BrokerError) in
            // Another process may have been faster: it is looked at again under the lock.
            let found = try checkedVersion(database)
            for migration in migrations.dropFirst(Int(found)) { try database.run(migration) }
            try database.run(
                "PRAGMA application_id=\(applicationID); PRAGMA user_version=\(version)"
            )
        }
    }

    /// The version of the tables; 0 if there are none yet.
    ///
    /// - Throws: ``BrokerError/unusable(url:reason:)`` for a file that is not tq's, or of a newer tq. It
    ///   has not been written to.
    private static func checkedVersion(_ database: SQLiteDatabase) throws(BrokerError) -> Int64 {
        // In this order: if another process makes the tables meanwhile, the owner is ours at the end.
        let tables = try number("SELECT count(*) FROM sqlite_schema", database)
        let found = try number("PRAGMA user_version", database)
        let owner = try number("PRAGMA application_id", database)
        guard owner == applicationID || owner == 0 && found == 0 && tables == 0 else {
            throw unusable(database, "it is a database of another program: name another file")
        }
        guard found <= version else {
            throw unusable(
                database,
                "it is of version \(found), made by a newer tq: this one knows \(version)"
            )
        }
        return found
    }

    private static func unusable(_ database: SQLiteDatabase, _ reason: String) -> BrokerError {
        .unusable(url: "sqlite:\(database.path)", reason: reason)
    }

    private static func number(
        _ sql: String,
        _ database: SQLiteDatabase
    ) throws(BrokerError) -> Int64 {
        var number: Int64 = 0
        try database.run(sql, []) { number = $0.integer(0) }
        return number
    }

    /// The tables and views of version 1; times are microseconds since the epoch.
    ///
    /// `tasks` is small and changes often; `messages` is large and never changes: so taking a task
    /// does not write its message again.
    /// An index with a condition serves only statements that state it word for word.
    /// `seq` is never used twice: a late worker's delivery must not name another task.
    private static let version1 = """
        CREATE TABLE tasks (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL,
            task TEXT NOT NULL,
            queue TEXT NOT NULL,
            priority INTEGER NOT NULL,
            due INTEGER NOT NULL,
            worker TEXT,
            delivery INTEGER NOT NULL DEFAULT 0,
            losses INTEGER NOT NULL DEFAULT 0,
            expects_result INTEGER NOT NULL,
            sent_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX tasks_waiting ON tasks (queue, priority, seq) WHERE worker IS NULL AND due = 0;
        CREATE INDEX tasks_delayed ON tasks (queue, due) WHERE worker IS NULL AND due > 0;
        CREATE INDEX tasks_held ON tasks (worker) WHERE worker IS NOT NULL;
        CREATE INDEX tasks_by_id ON tasks (id);
        CREATE TABLE messages (
            seq INTEGER PRIMARY KEY,
            headers BLOB NOT NULL,
            properties BLOB NOT NULL,
            content_type TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE results (
            id TEXT PRIMARY KEY,
            state TEXT NOT NULL,
            record BLOB NOT NULL,
            stored_at INTEGER NOT NULL,
            expires_at INTEGER
        ) STRICT;
        CREATE INDEX results_by_expiry ON results (expires_at) WHERE expires_at IS NOT NULL;
        CREATE TABLE dead_letters (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT,
            task TEXT,
            queue TEXT NOT NULL,
            reason TEXT NOT NULL,
            losses INTEGER NOT NULL,
            died_at INTEGER NOT NULL,
            headers BLOB NOT NULL,
            properties BLOB NOT NULL,
            content_type TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE workers (id TEXT PRIMARY KEY, lease_until INTEGER NOT NULL) STRICT;
        CREATE VIEW queue AS
            SELECT id, task, queue, priority, CAST(m.body AS TEXT) AS body,
                CASE WHEN worker IS NULL THEN 'waiting' ELSE 'running' END AS state, worker,
                datetime(sent_at / 1000000, 'unixepoch') AS sent_at
            FROM tasks JOIN messages m USING (seq) WHERE due = 0 ORDER BY seq;
        CREATE VIEW delayed AS
            SELECT id, task, queue, priority, CAST(m.body AS TEXT) AS body,
                datetime(due / 1000000, 'unixepoch') AS due
            FROM tasks JOIN messages m USING (seq) WHERE worker IS NULL AND due > 0 ORDER BY due;
        CREATE VIEW dead AS
            SELECT seq, id, task, queue, reason, losses, CAST(body AS TEXT) AS body,
                datetime(died_at / 1000000, 'unixepoch') AS died_at
            FROM dead_letters ORDER BY seq;
        CREATE VIEW result AS
            SELECT id, state, json_extract(CAST(record AS TEXT), '$.result') AS result,
                json_extract(CAST(record AS TEXT), '$.traceback') AS traceback,
                datetime(stored_at / 1000000, 'unixepoch') AS stored_at,
                datetime(expires_at / 1000000, 'unixepoch') AS expires_at
            FROM results;
        """

    /// What version 2 adds: for operators, identities of workers, since when tasks wait and run, paused queues,
    /// revoked tasks; the keys that tasks hold, of which a row is free at `unique_until` at the latest
    /// (null: when it goes); and what `tq-beat` remembers.
    ///
    /// `queues` is a JSON array; `ready_at` is when a delayed task fell due, null if it was not delayed.
    private static let version2 = """
        ALTER TABLE workers ADD COLUMN name TEXT;
        ALTER TABLE workers ADD COLUMN host TEXT;
        ALTER TABLE workers ADD COLUMN pid INTEGER;
        ALTER TABLE workers ADD COLUMN started_at INTEGER;
        ALTER TABLE workers ADD COLUMN queues TEXT;
        ALTER TABLE tasks ADD COLUMN ready_at INTEGER;
        ALTER TABLE tasks ADD COLUMN taken_at INTEGER;
        ALTER TABLE tasks ADD COLUMN unique_key TEXT;
        ALTER TABLE tasks ADD COLUMN unique_until INTEGER;
        CREATE INDEX tasks_by_unique_key ON tasks (unique_key) WHERE unique_key IS NOT NULL;
        CREATE INDEX dead_letters_by_queue ON dead_letters (queue, seq);
        CREATE INDEX dead_letters_by_id ON dead_letters (id) WHERE id IS NOT NULL;
        CREATE TABLE paused (queue TEXT PRIMARY KEY, paused_at INTEGER NOT NULL) STRICT;
        CREATE TABLE revoked (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT;
        CREATE TABLE beat_entries (
            name TEXT PRIMARY KEY,
            fingerprint TEXT NOT NULL,
            schedule TEXT NOT NULL,
            task TEXT NOT NULL,
            last_firing INTEGER NOT NULL,
            count INTEGER NOT NULL DEFAULT 0,
            last_id TEXT,
            paused INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE beat_leases (
            entries TEXT PRIMARY KEY,
            holder TEXT NOT NULL,
            lease_until INTEGER NOT NULL
        ) STRICT;
        """

    /// What version 3 adds: the entries of `tq-beat` that are added while it runs.
    ///
    /// `beat_entries.live` is the version of a live entry, null for one of the settings. The one row of
    /// `beat_generation` counts the changes of `beat_live`.
    private static let version3 = """
        ALTER TABLE beat_entries ADD COLUMN live INTEGER;
        CREATE TABLE beat_live (
            name TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            entry TEXT NOT NULL
        ) STRICT;
        CREATE TABLE beat_generation (number INTEGER NOT NULL) STRICT;
        INSERT INTO beat_generation VALUES (0);
        """

    /// What version 4 adds: of a worker, when it renewed its lease last (`beat`) by which clock of the
    /// machine, in microseconds, since when it has done so without a gap, and which process it is; of a
    /// task that holds a key, when it expires.
    ///
    /// `lease_until` is by the clock on the wall, for people and for workers of an older tq. `delivery` only
    /// grows, and is the time of the taking: in another file at the same path, or in a restored copy,
    /// the same row and number belong to no other task.
    private static let version4 = """
        ALTER TABLE workers ADD COLUMN clock TEXT;
        ALTER TABLE workers ADD COLUMN beat INTEGER;
        ALTER TABLE workers ADD COLUMN steady_since INTEGER;
        ALTER TABLE workers ADD COLUMN process TEXT;
        ALTER TABLE tasks ADD COLUMN expires INTEGER;
        """

    /// What version 5 adds: the tasks under suspicion, found among all that wait; until when a worker makes
    /// itself quiet for one, null if it does not; when workers died without one; and whether a task was put
    /// back, so that its next delivery says so.
    private static let version5 = """
        ALTER TABLE tasks ADD COLUMN redelivered INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX tasks_suspected ON tasks (queue, priority, losses, seq)
            WHERE worker IS NULL AND due = 0 AND losses > 0;
        ALTER TABLE workers ADD COLUMN clearing_until INTEGER;
        CREATE TABLE deaths (died_at INTEGER NOT NULL) STRICT;
        """

    /// What version 6 adds: the latest sending of each id that its sender named, kept as long as its result;
    /// and the one row of `installation`, a name that no other file has.
    private static let version6 = """
        CREATE TABLE sendings (
            id TEXT PRIMARY KEY,
            sending TEXT NOT NULL,
            expires_at INTEGER
        ) STRICT;
        CREATE INDEX sendings_by_expiry ON sendings (expires_at) WHERE expires_at IS NOT NULL;
        CREATE TABLE installation (id TEXT NOT NULL) STRICT;
        INSERT INTO installation VALUES (lower(hex(randomblob(16))));
        """

    /// What version 7 adds is made when it is first needed: see ``LateTable``.
    private static let version7 = ""
}
