/// Keeps a worker's tasks its own for as long as it lives, and gives back those of the dead.
///
/// Used from a thread of its own, with a connection of its own, so that it never waits behind work.
package protocol LeaseKeeper: AnyObject {
    /// Renews the worker's lease and thereby its hold on all it has taken.
    ///
    /// - Returns: whether the worker still had its lease.
    func renewLease() throws(BrokerError) -> Bool

    /// Puts what workers held whose lease has run out back to the front of its queue; what has been
    /// delivered too often goes among the dead letters.
    ///
    /// - Returns: the ids of the workers, and how many tasks each held.
    func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)]

    /// Gives the lease up: the worker ends.
    func releaseLease() throws(BrokerError)
}
