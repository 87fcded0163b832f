/// Counts what waits: not every broker can.
package protocol CountingBroker: Broker {
    /// How many tasks wait in the queue, delayed ones not counted.
    func count(waitingIn queue: QueueName) throws(BrokerError) -> Int
}
