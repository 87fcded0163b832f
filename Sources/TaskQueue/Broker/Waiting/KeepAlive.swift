/// Keeps a connection alive that its broker would give up after a silence, as AMQP's does without heartbeats.
///
/// Used on the connection's own thread, which looks after it in every wait, even while no task is wanted.
package protocol KeepAlive: AnyObject {
    /// Becomes readable when the broker has sent something: a sign of life, or the end.
    var descriptor: Int32 { get }

    /// When ``tend()`` is to be called at the latest.
    var deadline: Instant { get }

    /// Sends a sign of life if one is due, and reads what the broker has sent; data for others is
    /// kept for them.
    ///
    /// - Throws: ``BrokerError/connectionLost(url:reason:)`` if the broker is gone, or silent for too long.
    func tend() throws(BrokerError)
}
