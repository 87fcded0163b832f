/// Remembers which queues are paused.
package protocol QueuePausing: AnyObject {
    /// Stops workers from taking more from a queue, or lets them go on with it.
    ///
    /// - Returns: whether that changed anything.
    func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool
}
