/// Keeps a worker's tasks its own for as long as it lives, and gives back those of dead workers.
///
/// Used from its own thread, with its own connection, so that it never waits behind work.
package protocol LeaseKeeper: AnyObject {
    /// Renews the worker's lease, and thereby its hold on all it has taken.
    ///
    /// - Parameters:
    ///   - tags: of the deliveries that it holds.
    ///   - queues: the ones it takes tasks from.
    /// - Returns: whether the worker still had its lease; without it, others may have taken its tasks.
    /// - Throws: ``BrokerError``; the lease then ends when it would have.
    func renewLease(
        holding tags: [String],
        serving queues: [QueueName]
    ) throws(BrokerError) -> Bool

    /// Puts the tasks of workers whose lease has run out back to the front of their queues, under suspicion.
    ///
    /// A ``Charge`` says what becomes of a task's losses; with ``Lease/mostLosses`` it goes among the dead letters.
    ///
    /// - Returns: the workers that held tasks, and how many each held.
    /// - Throws: ``BrokerError``; what was not put back will be the next time.
    func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)]

    /// Puts back tasks that the worker holds according to the broker but does not know of: the answer to its
    /// taking was lost with a connection.
    ///
    /// - Parameter tags: of the deliveries that it does know of.
    /// - Throws: ``BrokerError``.
    func requeueAllBut(_ tags: [String]) throws(BrokerError)

    /// Gives the lease up: the worker ends, and holds nothing.
    ///
    /// - queues: the ones it took tasks from.
    /// - Throws: ``BrokerError``; the lease then ends when it would have.
    func releaseLease(serving queues: [QueueName]) throws(BrokerError)
}
