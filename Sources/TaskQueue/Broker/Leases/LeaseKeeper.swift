/// Keeps a worker's tasks its own for as long as it lives, and gives back those of the dead.
///
/// Used from a thread of its own, with a connection of its own, so that it never waits behind work.
package protocol LeaseKeeper: AnyObject {
    /// Renews the worker's lease, and thereby its hold on all it has taken.
    ///
    /// - Parameters:
    ///   - tags: of the deliveries that it holds.
    ///   - queues: from which it takes tasks.
    /// - Returns: whether the worker still had its lease; without it, others may have taken its tasks.
    /// - Throws: ``BrokerError``; the lease then ends when it would have.
    func renewLease(
        holding tags: [String],
        serving queues: [QueueName]
    ) throws(BrokerError) -> Bool

    /// Puts what workers held whose lease has run out back to the front of its queue, under suspicion.
    ///
    /// A ``Charge`` says what becomes of its losses; what has ``Lease/mostLosses`` goes among the dead letters.
    ///
    /// - Returns: the workers, and how many tasks each held; without those that held none.
    /// - Throws: ``BrokerError``; what was not put back will be the next time.
    func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)]

    /// Puts back what the worker holds in the broker's eyes and does not know of: the answer to its
    /// taking was lost with a connection.
    ///
    /// - Parameter tags: of the deliveries that it does know of.
    /// - Throws: ``BrokerError``.
    func requeueAllBut(_ tags: [String]) throws(BrokerError)

    /// Gives the lease up: the worker ends, and holds nothing.
    ///
    /// - Parameter queues: from which it took tasks.
    /// - Throws: ``BrokerError``; the lease then ends when it would have.
    func releaseLease(serving queues: [QueueName]) throws(BrokerError)
}
