/// Keeps the entries that are added while `tq-beat` runs.
///
/// What each implementation promises, and the contract in the tests holds it to:
///
/// - An entry is known from the step on in which it is added, and nothing of it is sent after the one in
///   which it is removed or replaced.
/// - Nothing that is done to one changes what is remembered of another.
/// - Where an entry of the settings has the same name, that one counts.
package protocol LiveEntryStore: AnyObject {
    /// Another number whenever an entry was added, replaced, removed or forgotten; zero if none ever was.
    ///
    /// It is asked for again and again, and costs as little with 10,000 entries as with none.
    func liveVersion() throws(BrokerError) -> Int64

    /// All that are there, by name.
    func liveEntries() throws(BrokerError) -> [StoredLiveEntry]

    /// One of them; `nil`: there is none of that name.
    func liveEntry(_ name: String) throws(BrokerError) -> StoredLiveEntry?

    /// What is remembered of entries, of which those that were forgotten are made known again.
    ///
    /// - Returns: in their order; `nil` for one that is not there any more, or in another version, or for
    ///   whose name the settings of some `tq-beat` have an entry.
    func enroll(
        live entries: [LiveEntry],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?]

    /// Adds entries, each in one step, and makes them known.
    ///
    /// - Parameters:
    ///   - entries: each name once.
    ///   - replaces: whether one of the same name makes way. It goes on from what is remembered then, as
    ///     ``BeatStore/enroll(_:at:)`` has it.
    ///   - now: since when they count as known.
    /// - Returns: what became of each.
    /// - Throws: ``BrokerError``; some may have been added then, and the call may be made again.
    func add(
        _ entries: [LiveDraft],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition]

    /// Takes an entry away, with what is remembered of it.
    func remove(live name: String) throws(BrokerError) -> LiveRemoval
}
