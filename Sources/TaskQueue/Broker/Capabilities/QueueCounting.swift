/// Counts what waits.
package protocol QueueCounting: AnyObject {
    /// How many tasks wait in the queue, delayed ones not counted.
    func count(waitingIn queue: QueueName) throws(BrokerError) -> Int
}
