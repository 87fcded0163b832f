/// Sends messages that may have been sent before, without sending them twice.
///
/// With a broker without it, a request that may have been carried out is repeated by ``ConfirmedSending`` alone: see
/// ``SendingConnection/isUncertain``.
package protocol RepeatableSending: AnyObject {
    /// Sends as ``Broker/send(_:)`` does, for callers that try again when it fails: the same call, even over another
    /// connection, stores what is not stored yet and nothing twice. What the first call has left on
    /// its way to the server is not stored twice either, if it arrives after all.
    ///
    /// - Parameters:
    ///   - messages: their delivery tags come from one ``TaskIDSource``, and are sent in the order in which
    ///     they were made; an id that equals its message's delivery tag comes from there too.
    ///   - accepted: called with how many more of them, from the first on, are stored.
    /// - Throws: ``BrokerError``; the call may be made again, with those that were not accepted.
    func sendOnce(
        _ messages: [OutgoingMessage],
        accepted: (Int) -> Void
    ) throws(BrokerError)
}
