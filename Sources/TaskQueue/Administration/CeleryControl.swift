/// Tells Celery's workers what to do, for a broker that does not do so as it revokes tasks itself.
package protocol CeleryControl: AnyObject {
    /// Sends a command to all that listen; there may be none.
    ///
    /// - Parameter command: of ``CeleryBroadcast``.
    /// - Throws: ``BrokerError``.
    func tellCelery(_ command: Message) throws(BrokerError)
}
