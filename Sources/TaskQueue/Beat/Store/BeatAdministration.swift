/// Lets operators see the entries that a broker knows, and change them.
package protocol BeatAdministration: AnyObject {
    /// The known entries, by name, including those that nobody sends any more.
    func beatEntries() throws(BrokerError) -> [BeatSummary]

    /// Pauses an entry for all senders, or lets it go on: firings in the meantime are left
    /// out and not missed.
    ///
    /// - Returns: whether that changed anything; `nil`: no such entry is known.
    func setPaused(entry name: String, _ isPaused: Bool) throws(BrokerError) -> Bool?

    /// Forgets an entry; its sender makes it known again, as a new one. A live entry is known again at once.
    ///
    /// - Returns: whether it was known.
    func forget(entry name: String) throws(BrokerError) -> Bool
}
