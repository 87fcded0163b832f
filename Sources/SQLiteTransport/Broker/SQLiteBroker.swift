package import TaskQueue

/// Tasks in an SQLite file: the default, which needs no server.
package final class SQLiteBroker: Broker, QueueCounting {
    package let kind = "SQLite"
    package let holdsResults: Bool
    package internal(set) var nextDue: Timestamp?
    package internal(set) var suspectsLeft = SuspectsLeft.none

    /// Where numbers that only grow begin again: SQLite makes a REAL of what is greater than an integer can be.
    static let numberEnd: Int64 = 1 << 62

    let database: SQLiteDatabase
    let results: ResultTable
    /// Names this connection's worker as the holder of what it takes.
    let worker: String
    /// The worker's identity; `nil`: it does not say.
    let identity: WorkerIdentity?
    var judge = LeaseJudge()
    var rotation = QueueRotation()

    /// - Parameters:
    ///   - path: of the file; made if it is not there.
    ///   - worker: the id under which tasks are held; other connections of the same worker use the same.
    ///   - resultLifetime: how long results are kept; `nil`: for ever.
    ///   - holdsResults: whether results are kept in this file too.
    ///   - identity: the worker's, for people; `nil`: it does not say.
    ///   - lockTimeout: how long to wait for a lock that another program holds.
    ///   - lockDeadline: when to stop waiting for locks altogether; `nil`: never.
    /// - Throws: ``BrokerError`` if the file cannot be opened, or is not tq's.
    package init(
        path: String,
        worker: String,
        resultLifetime: Duration?,
        holdsResults: Bool = true,
        identity: WorkerIdentity? = nil,
        lockTimeout: Duration = .seconds(30),
        lockDeadline: Instant? = nil
    ) throws(BrokerError) {
        self.holdsResults = holdsResults
        self.identity = identity
        database = try SQLiteDatabase(
            path: path,
            lockTimeout: lockTimeout,
            lockDeadline: lockDeadline
        )
        results = ResultTable(database, lifetime: resultLifetime)
        self.worker = worker
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try SQLiteArrivalWatch(database)
    }

    package func count(waitingIn queue: QueueName) throws(BrokerError) -> Int {
        var count = 0
        try database.run(
            "SELECT count(*) FROM tasks WHERE queue = ? AND worker IS NULL AND due = 0",
            [.text(queue.text)]
        ) { count = Int($0.integer(0)) }
        return count
    }
}
