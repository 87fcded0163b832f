/// Tells which messages are stored when a connection is lost, for a broker that cannot tell later.
///
/// What it has not confirmed may be stored. It is sent again all the same, under the same id, and says that it was sent
/// before.
package protocol ConfirmedSending: AnyObject {
    /// Sends as ``Broker/send(_:)`` does.
    ///
    /// - Parameters:
    ///   - messages: in the order in which they were sent before.
    ///   - count: how many of the first may be stored already.
    ///   - progress: called once, also before an error: how many of the first are stored, and how many may be.
    /// - Throws: ``BrokerError``; the call may be made again, with those that are not stored.
    func sendConfirmed(
        _ messages: [OutgoingMessage],
        sentBefore count: Int,
        progress: (_ stored: Int, _ begun: Int) -> Void
    ) throws(BrokerError)
}
