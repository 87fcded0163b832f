/// Empties queues, or moves what waits in them.
///
/// Each call moves or removes tasks in atomic steps, as those of ``Broker`` do: workers may go on meanwhile.
package protocol QueueControl: AnyObject {
    /// Removes what waits in a queue; who waits for its results is told that it was revoked.
    ///
    /// - Parameters:
    ///   - queue: whose tasks.
    ///   - includingDelayed: whether its delayed tasks go too.
    /// - Returns: how many were removed.
    /// - Throws: ``BrokerError``; some may be gone by then.
    func purge(_ queue: QueueName, includingDelayed: Bool) throws(BrokerError) -> Int

    /// Moves what waits in a queue to another, in its order and with its priorities, a batch a step.
    ///
    /// - Parameters:
    ///   - source: the queue that it waits in.
    ///   - target: another queue.
    ///   - includingDelayed: whether its delayed tasks go too.
    /// - Returns: how many were moved.
    /// - Throws: ``BrokerError``; some may be moved by then.
    func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int
}
