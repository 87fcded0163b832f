internal import TaskQueue

/// Wakes a worker when another process has written to the database.
final class SQLiteArrivalWatch: ArrivalWatch {
    private let watch: WALWatch
    private var isSuspended = false

    init(_ database: SQLiteDatabase) throws(BrokerError) {
        watch = try WALWatch(database)
    }

    var descriptors: [Int32] {
        isSuspended || watch.notice != nil ? [] : [watch.descriptor]
    }

    var notice: String? { watch.notice }

    /// As long as the database may be elsewhere before that is noticed.
    var longestWait: Duration? { watch.longestWait }

    func clear() throws(BrokerError) {
        isSuspended = false
        try watch.clear()
    }

    /// A write that came after ``clear()`` has left its mark.
    ///
    /// Taking waits for the writer's lock, so it sees what a write that is under way will have written.
    func resume(upTo limit: Int) throws(BrokerError) { isSuspended = false }

    /// Every process that waits is told of every write: there is nobody to leave it to.
    func suspend() throws(BrokerError) { isSuspended = true }
}
