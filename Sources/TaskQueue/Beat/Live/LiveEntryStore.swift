/// Keeps the entries that are added while `tq-beat` runs.
///
/// What each implementation promises, and the contract in the tests holds it to:
///
/// - An entry is known from the step on that adds it, and nothing of it is sent after the step that
///   removes or replaces it.
/// - Nothing that is done to one changes what is remembered of another.
/// - Where an entry of the settings has the same name, that one counts.
package protocol LiveEntryStore: AnyObject {
    /// A number that changes whenever an entry was added, replaced, removed or forgotten; zero if there never was one.
    ///
    /// It is asked for often, and costs as little with 10,000 entries as with none.
    func liveVersion() throws(BrokerError) -> Int64

    /// All live entries, by name.
    func liveEntries() throws(BrokerError) -> [StoredLiveEntry]

    /// One of them; `nil`: there is none with that name.
    func liveEntry(_ name: String) throws(BrokerError) -> StoredLiveEntry?

    /// What is remembered of entries; those that were forgotten are made known again.
    ///
    /// - Returns: in their order; `nil` for one that no longer exists, or has another version, or
    ///   whose name an entry in the settings of some `tq-beat` has.
    func register(
        live entries: [LiveRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?]

    /// Adds entries, each in one step, and makes them known.
    ///
    /// - Parameters:
    ///   - entries: each name once.
    ///   - replaces: whether an entry of the same name makes way. The new one goes on from what is remembered, as
    ///     ``BeatStore/register(_:at:)`` has it.
    ///   - now: since when they count as known.
    /// - Returns: what became of each.
    /// - Throws: ``BrokerError``; some may have been added then, and the call may be made again.
    func add(
        _ entries: [NewLiveEntry],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition]

    /// Removes an entry, and what is remembered of it.
    func remove(live name: String) throws(BrokerError) -> LiveRemoval
}
