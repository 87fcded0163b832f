/// Remembers which tasks are not to be run, and finds them.
package protocol TaskRevoking: AnyObject {
    /// Remembers that tasks are not to be run: they are delivered as revoked (``Delivery/isRevoked``).
    ///
    /// Celery's workers, where there are any, are told.
    ///
    /// - Parameters:
    ///   - ids: of tasks that may wait, be delayed, or not have come yet.
    ///   - lifetime: how long it is remembered of those that do not come.
    /// - Throws: ``BrokerError``.
    func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError)

    /// Removes tasks that are delayed, and perhaps those that wait, and forgets that they were revoked; it
    /// stores nothing for them.
    ///
    /// - Parameter ids: of tasks that were revoked; those in workers' hands stay there.
    /// - Throws: ``BrokerError``.
    func takeOut(_ ids: [TaskID]) throws(BrokerError)

    /// Looks everywhere for tasks, which may take long where there are many.
    ///
    /// - Returns: those of the ids that wait, are delayed, or are in a worker's hands.
    func find(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID>
}
