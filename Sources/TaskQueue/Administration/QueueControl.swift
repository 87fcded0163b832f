/// Empties queues, or moves the tasks that wait in them.
///
/// Each call moves or removes tasks in atomic steps, as those of ``Broker`` do: workers may go on meanwhile.
package protocol QueueControl: AnyObject {
    /// Whether it finds the delayed tasks of a queue.
    var reachesDelayed: Bool { get }

    /// Removes the tasks that wait in a queue; anyone waiting for their results learns that they were revoked.
    ///
    /// - Parameters:
    ///   - queue: whose tasks.
    ///   - includingDelayed: whether its delayed tasks go too, where they can be found.
    ///   - telling: stores that tasks were purged, where results are elsewhere and the broker gives their ids.
    /// - Returns: how many were removed.
    /// - Throws: ``BrokerError``; some may be gone by then.
    func purge(
        _ queue: QueueName,
        includingDelayed: Bool,
        telling: ([TaskID]) throws(BrokerError) -> Void
    ) throws(BrokerError) -> Int

    /// Moves the tasks that wait in a queue to another, in their order and with their priorities, in batches.
    ///
    /// - Parameters:
    ///   - source: the queue that they wait in.
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

extension QueueControl {
    package var reachesDelayed: Bool { true }

    /// Removes tasks where results are with them, or nobody waits for any.
    package func purge(_ queue: QueueName, includingDelayed: Bool) throws(BrokerError) -> Int {
        try purge(queue, includingDelayed: includingDelayed) { _ throws(BrokerError) in }
    }
}
