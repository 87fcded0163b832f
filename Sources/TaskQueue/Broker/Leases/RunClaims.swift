/// Tells other workers which tasks still run whose connections are lost.
///
/// Where a connection is the hold on a task, the broker gives the task to another worker as soon as the connection is
/// gone, whether its worker lives or not. So a worker that lives claims what it runs, as soon as it is connected
/// again; and one that is given a task that was delivered before waits a moment for such a claim.
package protocol RunClaims: AnyObject {
    /// Claims tasks, until they are released or this worker is gone for some seconds.
    ///
    /// - Parameter tags: of deliveries that came over earlier connections, and run here still; others are left out.
    /// - Throws: ``BrokerError``.
    func claim(_ tags: [String]) throws(BrokerError)

    /// Gives claims up.
    ///
    /// - Parameters:
    ///   - tags: of deliveries that were claimed, or would have been.
    ///   - ended: those of them that have ended for good, and are not to be run by whoever has them now.
    /// - Throws: ``BrokerError``.
    func release(_ tags: [String], ended: Set<String>) throws(BrokerError)
}
