internal import CLinux
internal import CSQLite
internal import Glibc
internal import TaskQueue

/// One connection to a tq database file, in WAL mode, with tq's tables in it.
///
/// Writers take the lock when they begin (`BEGIN IMMEDIATE`), so that none finds out half-way that
/// another was faster; who has to wait waits in ``waitForLock``.
final class SQLiteDatabase {
    /// How long a writer waits for the others before it gives up.
    private static let lockTimeout: Duration = .seconds(30)

    let path: String
    private let handle: OpaquePointer
    /// A handful; an array, since the runtime takes longer to make ready for a dictionary than
    /// `tq-send` takes for its two statements.
    private var statements: [CachedStatement] = []

    private struct CachedStatement {
        let sql: String
        let statement: SQLiteStatement
    }

    /// Opens the file; makes it, its folder and its tables if they are not there.
    ///
    /// - Throws: ``BrokerError/unreachable(url:reason:)`` if it cannot be opened,
    ///   ``BrokerError/unusable(url:reason:)`` if it is something else, or on a network file system.
    init(path: String) throws(BrokerError) {
        try DatabaseFile.prepare(path)
        let path = DatabaseFile.resolved(path)
        self.path = path
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let reason = String(cString: sqlite3_errmsg(handle))
            sqlite3_close_v2(handle)
            throw .unreachable(url: "sqlite:\(path)", reason: reason)
        }
        self.handle = handle
        sqlite3_busy_handler(handle, Self.waitForLock, nil)
        try Schema.prepare(self)
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    /// SQLite's own busy timeout sleeps up to 100 ms at a time: too long for tasks of milliseconds.
    private static let waitForLock: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32 = {
        _,
        attempt in
        // 0.2 ms at first, then 1 ms and up to 1 ms more, so that those who wait do not keep step.
        let pause = attempt < 5 ? 200 : 1000 + UInt32.random(in: 0..<1000)
        usleep(pause)
        return Duration.microseconds(Int(pause)) * Int(attempt) < lockTimeout ? 1 : 0
    }

    /// Runs SQL text of any number of statements, without values.
    func run(_ sql: String) throws(BrokerError) {
        let code = retryingWhileLocked { sqlite3_exec(handle, sql, nil, nil, nil) }
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Runs one statement and gives each of its rows to `row`.
    func run(
        _ sql: String,
        _ values: [SQLiteValue] = [],
        row: (SQLiteRow) -> Void = { _ in }
    ) throws(BrokerError) {
        let statement = try prepared(sql)
        statement.bind(values)
        defer { statement.reset() }
        var code = retryingWhileLocked(statement.step, again: statement.restart)
        while code == SQLITE_ROW {
            row(statement.row)
            code = statement.step()
        }
        guard code == SQLITE_DONE else { throw failure(code) }
    }

    /// Makes a call again while others hold locks over which SQLite gives up without asking
    /// ``waitForLock``: as when several open a new file at once, and one makes it a WAL database.
    ///
    /// Within a transaction it is made once: there the locks are held already.
    private func retryingWhileLocked(
        _ call: () -> Int32,
        again: () -> Void = {}
    ) -> Int32 {
        let deadline = ContinuousClock.now + Self.lockTimeout
        while true {
            let code = call()
            guard code & 0xFF == SQLITE_BUSY, sqlite3_get_autocommit(handle) != 0,
                ContinuousClock.now < deadline
            else { return code }
            // Nothing tells when the other process has let go.
            usleep(1000)
            again()
        }
    }

    /// How many rows the last statement inserted, changed or deleted.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// The row id of the last insert.
    var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Runs the body as one transaction that holds the write lock: all of it is done, or nothing.
    func transaction<Value>(_ body: () throws(BrokerError) -> Value) throws(BrokerError) -> Value {
        try run("BEGIN IMMEDIATE")
        do throws(BrokerError) {
            let value = try body()
            try run("COMMIT", [])
            return value
        } catch {
            // The transaction may be gone already (disk full): then there is nothing to undo.
            try? run("ROLLBACK", [])
            throw error
        }
    }

    /// Waits until whoever writes now has finished.
    ///
    /// What they wrote can then be read: a change of the WAL file is noticed when its pages are
    /// written, before they count.
    func waitForWriter() throws(BrokerError) {
        try run("BEGIN IMMEDIATE", [])
        try run("ROLLBACK", [])
    }

    private func prepared(_ sql: String) throws(BrokerError) -> SQLiteStatement {
        for cached in statements where cached.sql == sql { return cached.statement }
        var compiled: OpaquePointer?
        let code = retryingWhileLocked { sqlite3_prepare_v2(handle, sql, -1, &compiled, nil) }
        guard code == SQLITE_OK, let compiled else { throw failure(code) }
        let statement = SQLiteStatement(compiled)
        statements.append(CachedStatement(sql: sql, statement: statement))
        return statement
    }

    private func failure(_ code: Int32) -> BrokerError {
        let url = "sqlite:\(path)"
        let reason = String(cString: sqlite3_errmsg(handle))
        switch code & 0xFF {
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
            return .unreachable(url: url, reason: reason)
        case SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_SCHEMA, SQLITE_ERROR:
            return .unusable(url: url, reason: reason)
        case SQLITE_READONLY:
            return .storageFailed(
                url: url,
                reason: "\(reason): check who may write the file and its folder"
            )
        case SQLITE_FULL:
            return .storageFailed(url: url, reason: "\(reason): make room on the disk")
        case SQLITE_IOERR:
            return .storageFailed(url: url, reason: reason)
        default:
            return .refused(url: url, reason: reason)
        }
    }
}
