internal import Glibc
package import TaskQueue

/// Results in an SQLite file, the same one as the tasks or another.
package final class SQLiteResultBackend: ResultBackend {
    private let path: String
    let resultLifetime: Duration?
    private let lockTimeout: Duration
    private(set) var database: SQLiteDatabase
    private var table: ResultTable
    private let progress = ProgressReporter()
    private var watch: WALWatch?
    /// Of which nothing being known means that they have ended.
    private var expected: Set<TaskID> = []

    /// - Parameters:
    ///   - path: of the file; made if it is not there.
    ///   - resultLifetime: how long results are kept; `nil`: for ever.
    ///   - lockTimeout: how long to wait for a lock that another program holds.
    /// - Throws: ``BrokerError`` if the file cannot be opened, or is not tq's.
    package init(
        path: String,
        resultLifetime: Duration?,
        lockTimeout: Duration = .seconds(30)
    ) throws(BrokerError) {
        self.path = path
        self.resultLifetime = resultLifetime
        self.lockTimeout = lockTimeout
        database = try SQLiteDatabase(path: path, lockTimeout: lockTimeout)
        table = ResultTable(database, lifetime: resultLifetime)
    }

    package func store(_ results: [StoredResult]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            for result in results { try table.store(result) }
            try table.removeExpired()
        }
    }

    package func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        do throws(BrokerError) { return try statuses(of: ids) } catch {
            guard case .fileChanged = error else { throw error }
            try reopen(after: error)
            return try statuses(of: ids)
        }
    }

    private func statuses(of ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        var statuses: [ResultStatus] = []
        for id in ids {
            statuses.append(try table.status(of: id))
            if statuses.last == .pending { expected.insert(id) }
        }
        return statuses
    }

    package func expect(_ ids: [TaskID]) { expected.formUnion(ids) }

    package func forget(_ ids: [TaskID]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            for id in ids { try table.forget(id) }
        }
    }
}

// MARK: - Waiting

extension SQLiteResultBackend {
    package func awaitFinal(
        _ ids: [TaskID],
        until deadline: Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        progress.keep(ids)
        while true {
            do throws(BrokerError) {
                return try awaitFinalOnce(ids, until: deadline, descriptor, onProgress)
            } catch {
                switch error {
                case .fileChanged:
                    try reopen(after: error)
                    try checkKnown(ids, after: error)
                case .refused where isOver(deadline, descriptor): return []
                default: throw error
                }
            }
        }
    }

    /// - Throws: ``BrokerError/refused(url:reason:)`` too if the time has passed while a lock was waited for.
    private func awaitFinalOnce(
        _ ids: [TaskID],
        until deadline: Instant?,
        _ descriptor: Int32?,
        _ onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        let database = database
        database.patience.deadline = deadline
        database.patience.alarm = descriptor
        defer {
            database.patience.deadline = nil
            database.patience.alarm = nil
        }
        let watch = try openedWatch()
        var busySince: Instant?
        /// How often in a row somebody was writing.
        var busyLooks = 0
        while true {
            if try watch.clear() { busySince = nil }
            let isQuiet = try database.isQuiet()
            let finished = progress.report(try records(of: ids), to: onProgress)
            if !finished.isEmpty { return finished }
            if let deadline, Instant.now >= deadline { return [] }
            busySince = isQuiet ? nil : busySince ?? .now
            if let busySince, .now - busySince >= lockTimeout { throw database.locked }
            // A writer's pages were noticed; soon, nearly always, they count, and SQLite tells nobody when.
            busyLooks = isQuiet ? 0 : busyLooks + 1
            if !isQuiet, busyLooks <= LockPatience.shortPauses {
                usleep(LockPatience.shortPause)  // No descriptor becomes readable at a commit.
                continue
            }
            let pause = isQuiet ? watch.longestWait : .milliseconds(min(busyLooks, 50))
            let end = Instant.now + pause
            if watch.wait(until: deadline.map { min($0, end) } ?? end, or: descriptor) { return [] }
        }
    }

    private func isOver(_ deadline: Instant?, _ descriptor: Int32?) -> Bool {
        if let deadline, Instant.now >= deadline { return true }
        var entry = pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    package func renew(_ ids: [TaskID]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            for id in ids { try table.remove(id) }
        }
    }

    private func openedWatch() throws(BrokerError) -> WALWatch {
        if let watch { return watch }
        let opened = try WALWatch(database)
        watch = opened
        return opened
    }

    private func records(of ids: [TaskID]) throws(BrokerError) -> [StoredResult] {
        var records: [StoredResult] = []
        for id in ids {
            switch try table.status(of: id) {
            case .stored(let record): records.append(record)
            case .pending: expected.insert(id)
            case .unknown: if expected.contains(id) { records.append(.gone(id)) }
            }
        }
        for record in records where record.state.isFinal {
            expected.remove(record.id)
        }
        return records
    }
}

// MARK: - A file that is replaced

extension SQLiteResultBackend {
    /// Goes on with the file that is there now; a look alone does not create a file that was removed.
    private func reopen(after error: BrokerError) throws(BrokerError) {
        watch = nil
        // All connections to a file whose -shm was removed have to go before one is made.
        database.close()
        guard FileIdentity(at: path) != nil else { throw Self.final(error, "") }
        database = try SQLiteDatabase(path: path, lockTimeout: lockTimeout)
        table = ResultTable(database, lifetime: resultLifetime)
    }

    /// - Throws: ``BrokerError/unusable(url:reason:)`` if the file that is there now does not know one of the
    ///   tasks: its end would be waited for in vain.
    private func checkKnown(_ ids: [TaskID], after error: BrokerError) throws(BrokerError) {
        for id in ids where try table.status(of: id) == .unknown {
            throw Self.final(error, ", and the one that is there now does not know task \(id)")
        }
    }

    /// The same error for callers that need not try again.
    private static func final(_ error: BrokerError, _ addition: String) -> BrokerError {
        guard case .fileChanged(let url, let reason) = error else { return error }
        return .unusable(url: url, reason: reason + addition)
    }
}
