/// Counts the waiting tasks.
package protocol QueueCounting: AnyObject {
    /// How many tasks wait in the queue, not counting delayed ones.
    func count(waitingIn queue: QueueName) throws(BrokerError) -> Int
}
