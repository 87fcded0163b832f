internal import TaskQueue

/// Wakes a worker when another process has written to the database.
final class SQLiteArrivalWatch: ArrivalWatch {
    private let watch: WALWatch

    init(_ database: SQLiteDatabase) throws(BrokerError) {
        watch = try WALWatch(database)
    }

    var descriptors: [Int32] { watch.notice == nil ? [watch.descriptor] : [] }

    var notice: String? { watch.notice }

    /// As long as the database may be elsewhere before that is noticed.
    var longestWait: Duration? { watch.longestWait }

    func clear() throws(BrokerError) { try watch.clear() }

    /// Nothing to do: a write that came after ``clear()`` has left its mark.
    ///
    /// Taking waits for the writer's lock, so it sees what a write that is under way will have written.
    func arm() throws(BrokerError) {}
}
