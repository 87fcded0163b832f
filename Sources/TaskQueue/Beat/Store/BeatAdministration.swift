/// What operators ask of the entries that a broker knows, and do to them.
package protocol BeatAdministration: AnyObject {
    /// The entries that are known, by name; also those that nobody sends any more.
    func beatEntries() throws(BrokerError) -> [BeatSummary]

    /// Pauses an entry, whoever sends it, or lets it go on: what it would have fired at meanwhile is left
    /// out and not missed.
    ///
    /// - Returns: whether that changed anything; `nil`: no such entry is known.
    func setPaused(entry name: String, _ isPaused: Bool) throws(BrokerError) -> Bool?

    /// Forgets an entry: who sends it makes it known again, as a new one. A live one is known at once.
    ///
    /// - Returns: whether it was known.
    func forget(entry name: String) throws(BrokerError) -> Bool
}
