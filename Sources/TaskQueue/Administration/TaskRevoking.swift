/// Remembers which tasks must not run, and finds them.
package protocol TaskRevoking: AnyObject {
    /// Whether it finds tasks; else nothing is known of those that wait, and what is revoked goes when its turn comes.
    var searches: Bool { get }

    /// Remembers that tasks must not run: they are delivered as revoked (``Delivery/isRevoked``).
    ///
    /// This tells Celery's workers, where there are any.
    ///
    /// - Parameters:
    ///   - ids: of tasks that may wait, be delayed, or not have come yet.
    ///   - lifetime: how long to remember tasks that do not come.
    /// - Throws: ``BrokerError``.
    func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError)

    /// Removes delayed tasks, and perhaps waiting ones, and forgets that they were revoked; it
    /// stores nothing for them.
    ///
    /// - Parameter ids: of tasks that were revoked; those in workers' hands stay there.
    /// - Throws: ``BrokerError``.
    func takeOut(_ ids: [TaskID]) throws(BrokerError)

    /// Searches for tasks everywhere, which may take long where there are many.
    ///
    /// - Returns: those of the ids that wait, are delayed, or are in a worker's hands.
    func find(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID>
}

extension TaskRevoking {
    package var searches: Bool { true }
}
