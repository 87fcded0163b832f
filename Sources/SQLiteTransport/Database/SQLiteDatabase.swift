internal import CSQLite
internal import Glibc
internal import TaskQueue

/// One connection to a tq database file, in WAL mode, with tq's tables in it.
///
/// Writers take the lock when they begin (`BEGIN IMMEDIATE`), so that none finds out half-way that
/// another was faster; ``LockPatience`` says how to wait for it.
final class SQLiteDatabase {
    /// How long to wait for others by default.
    static let longestWait: Duration = .seconds(30)

    /// Without links.
    let path: String
    /// How long it waits for the locks of others.
    let patience: LockPatience
    /// `nil`: it is being opened.
    private var place: DatabasePlace?
    private let handle: OpaquePointer
    private var isClosed = false
    /// A handful; an array, since the runtime takes longer to make ready for a dictionary than
    /// `tq-send` takes for its two statements.
    private var statements: [CachedStatement] = []

    private struct CachedStatement {
        let sql: String
        let statement: SQLiteStatement
    }

    /// Opens the file; makes it, its folder and its tables if they are not there.
    ///
    /// - Parameters:
    ///   - path: relative to the working directory, or absolute.
    ///   - lockTimeout: how long to wait for a lock that another program holds.
    ///   - lockDeadline: when to stop waiting for locks altogether; `nil`: never.
    /// - Throws: ``BrokerError/unreachable(url:reason:)`` if it cannot be opened,
    ///   ``BrokerError/unusable(url:reason:)`` if it is something else, or on a network file system,
    ///   ``BrokerError/misconfigured(url:reason:)`` if others can write it.
    init(
        path: String,
        lockTimeout: Duration = SQLiteDatabase.longestWait,
        lockDeadline: Instant? = nil
    ) throws(BrokerError) {
        ExpiryClock.begin()
        try DatabaseFile.prepare(path)
        let resolved = DatabaseFile.resolved(path)
        self.path = resolved
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(resolved, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let reason = String(cString: sqlite3_errmsg(handle))
            sqlite3_close_v2(handle)
            throw .unreachable(url: "sqlite:\(resolved)", reason: reason)
        }
        self.handle = handle
        patience = LockPatience(lockTimeout)
        patience.deadline = lockDeadline
        let context = Unmanaged.passUnretained(patience).toOpaque()
        sqlite3_busy_handler(handle, Self.waitForLock, context)
        try Schema.prepare(self)
        place = try settledPlace(path)
    }

    deinit { close() }

    /// Closes the file; from then on all else throws ``BrokerError/fileChanged(url:reason:)``.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        statements.removeAll()
        sqlite3_close_v2(handle)
        if let place { OpenFiles.remove(place) }
    }

    private static let waitForLock: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32 = {
        context,
        attempt in
        guard let context else { return 0 }
        let patience = Unmanaged<LockPatience>.fromOpaque(context).takeUnretainedValue()
        return patience.pause(Int(attempt)) ? 1 : 0
    }

    /// Runs SQL text of any number of statements, without values.
    func run(_ sql: String) throws(BrokerError) {
        try checkFiles()
        let code = retryingWhileLocked { sqlite3_exec(handle, sql, nil, nil, nil) }
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Runs one statement and gives each of its rows to `row`.
    func run(
        _ sql: String,
        _ values: [SQLiteValue] = [],
        row: (SQLiteRow) -> Void = { _ in }
    ) throws(BrokerError) {
        try checkFiles()
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
        patience.begin()
        var attempt = 0
        while true {
            let code = call()
            guard code & 0xFF == SQLITE_BUSY, sqlite3_get_autocommit(handle) != 0,
                patience.pause(attempt)
            else { return code }
            attempt += 1
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

    /// Whether nobody writes now: then what was written can be read.
    ///
    /// A change of the WAL file is noticed when its pages are written, before they count.
    func isQuiet() throws(BrokerError) -> Bool {
        patience.isAtEnd = true
        defer { patience.isAtEnd = false }
        do throws(BrokerError) { try run("BEGIN IMMEDIATE", []) } catch {
            guard case .refused = error else { throw error }
            return false
        }
        try run("ROLLBACK", [])
        return true
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
}

// MARK: - Its place

extension SQLiteDatabase {
    /// Looks whether the file and those beside it are the ones that are open.
    ///
    /// Within a transaction nothing is done: it was looked at as that began.
    /// - Throws: ``BrokerError/fileChanged(url:reason:)``; a new connection is needed then.
    func checkFiles() throws(BrokerError) {
        guard !isClosed else { throw fileChanged("the file was closed") }
        guard sqlite3_get_autocommit(handle) != 0, let change = place?.change else { return }
        switch change {
        case .removed:
            leave()
            throw fileChanged("the file was removed, or moved elsewhere, while it was open")
        case .replaced:
            leave()
            throw fileChanged("the file was replaced by another while it was open")
        case .lost(let companion):
            let name = "\(path)-\(companion)"
            // Nobody has begun another: what is in it can still go where it belongs.
            if companion == "wal", access(name, F_OK) != 0 { checkpoint() }
            throw fileChanged(
                "\(name) was removed or replaced while it was in use, and the database may be damaged: "
                    + "look with sqlite3 and PRAGMA integrity_check, and leave that file alone"
            )
        }
    }

    /// Leaves a file that is not at its path any more, whole, and nothing beside that path.
    private func leave() {
        checkpoint()
        place?.removeLeftCompanions()
    }

    /// Puts what is in the WAL file into the database.
    private func checkpoint() {
        patience.begin()
        sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_FULL, nil, nil)
    }

    private func fileChanged(_ reason: String) -> BrokerError {
        .fileChanged(url: url, reason: reason)
    }

    /// Where the file lies that was opened.
    private func settledPlace(_ named: String) throws(BrokerError) -> DatabasePlace {
        var hasMoved: Int32 = 0
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        guard hasMoved == 0, let place = DatabasePlace(named, resolved: path) else {
            throw fileChanged("the file was removed or replaced as it was opened")
        }
        guard OpenFiles.add(place) else {
            throw fileChanged(
                "\(path)-shm was removed while it was in use: it is opened again when this program has let "
                    + "go of it"
            )
        }
        return place
    }
}

// MARK: - Errors

extension SQLiteDatabase {
    private var url: String { "sqlite:\(path)" }

    private func failure(_ code: Int32) -> BrokerError {
        let reason = String(cString: sqlite3_errmsg(handle))
        switch code & 0xFF {
        case SQLITE_BUSY: return locked
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
            return .unreachable(url: url, reason: reason)
        case SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_SCHEMA, SQLITE_ERROR:
            return .unusable(url: url, reason: reason)
        case SQLITE_READONLY:
            return .storageFailed(
                url: url,
                reason: "\(reason): check who can write the file and its folder"
            )
        case SQLITE_FULL:
            return .storageFailed(url: url, reason: "\(reason): make room on the disk")
        case SQLITE_IOERR:
            return .storageFailed(url: url, reason: reason)
        default:
            return .refused(url: url, reason: reason)
        }
    }

    /// Another program has not let go of the lock in time.
    var locked: BrokerError {
        .refused(
            url: url,
            reason:
                "database is locked: another program holds its lock, and has not released it in "
                + "time: end its transaction (fuser \(path) names it)"
        )
    }
}
