/// Remembers from which queues nothing is to be taken.
package protocol QueuePausing: AnyObject {
    /// Lets workers take nothing more from a queue, or go on with it.
    ///
    /// - Returns: whether that changed anything.
    func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool
}
