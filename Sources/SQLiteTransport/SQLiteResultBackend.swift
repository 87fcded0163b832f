package import TaskQueue

/// Results in an SQLite file, the same one as the tasks or another.
package final class SQLiteResultBackend: ResultBackend {
    private let database: SQLiteDatabase
    private let table: ResultTable
    private let progress = ProgressReporter()
    private var watch: WALWatch?

    /// - Parameters:
    ///   - path: of the file; made if it is not there.
    ///   - resultLifetime: how long results are kept; `nil`: for ever.
    /// - Throws: ``BrokerError`` if the file cannot be opened, or is not tq's.
    package init(path: String, resultLifetime: Duration?) throws(BrokerError) {
        database = try SQLiteDatabase(path: path)
        table = ResultTable(database, lifetime: resultLifetime)
    }

    package func store(_ results: [StoredResult]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            for result in results { try table.store(result) }
            try table.removeExpired()
        }
    }

    package func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        var statuses: [ResultStatus] = []
        for id in ids { statuses.append(try table.status(of: id)) }
        return statuses
    }

    package func awaitFinal(
        _ ids: [TaskID],
        until deadline: ContinuousClock.Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        let watch = try openedWatch()
        progress.keep(ids)
        while true {
            watch.clear()
            try database.waitForWriter()
            let finished = progress.report(try records(of: ids), to: onProgress)
            if !finished.isEmpty { return finished }
            if let deadline, ContinuousClock.now >= deadline { return [] }
            if watch.wait(until: deadline, or: descriptor) { return [] }
        }
    }

    package func forget(_ ids: [TaskID]) throws(BrokerError) {
        try database.transaction { () throws(BrokerError) in
            for id in ids { try table.forget(id) }
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
            if case .stored(let record) = try table.status(of: id) { records.append(record) }
        }
        return records
    }
}
