/// Sends what may have been sent before, without sending it twice.
///
/// To a broker without it a request that may have been carried out is not made again: see
/// ``SendingConnection/isUncertain``.
package protocol RepeatableSending: AnyObject {
    /// Sends as ``Broker/send(_:)`` does, for who tries again when it fails: the same call, over another
    /// connection too, stores what is not stored yet and nothing twice. What the first call has left on
    /// its way to the server is not stored twice either, if it arrives after all.
    ///
    /// - Parameters:
    ///   - messages: their delivery tags come from one ``TaskIDSource``, and are sent in the order in which
    ///     they were made; an id that is its message's delivery tag too comes from there.
    ///   - accepted: told of so many more of them, from the first on, when they are stored.
    /// - Throws: ``BrokerError``; the call may be made again, with those that were not accepted.
    func sendOnce(
        _ messages: [OutgoingMessage],
        accepted: (Int) -> Void
    ) throws(BrokerError)
}
