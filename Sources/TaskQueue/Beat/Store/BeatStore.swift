/// Keeps what `tq-beat` has to remember, beside the tasks: it is a broker itself, or a
/// store elsewhere.
///
/// What each implementation promises, and the contract in the tests holds it to:
///
/// - Of the processes that ask for the same lease, one has it at a time.
/// - A firing is sent and remembered in one step, only by the holder of the lease, and only if it comes
///   after the last remembered one of its entry: so it is sent once, whatever others try.
package protocol BeatStore: LiveEntryStore {
    /// Takes a lease for ``BeatLease/length`` from now, or extends one that is held already.
    func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead

    /// Gives a lease back, if it is held: the next process that asks gets it.
    func release(_ lease: BeatLease) throws(BrokerError)

    /// Distinguishes the broker's data from that of all others, whatever its address: drawn at random once, and kept
    /// there.
    func installation() throws(BrokerError) -> String

    /// Makes entries known.
    ///
    /// An entry that is new, or fires at other instants than before, counts as fired at `now`, unless its last
    /// firing is later: earlier firings are not missed.
    ///
    /// A live entry of the same name is not sent from now on.
    ///
    /// - Returns: what is remembered of each then.
    func register(
        _ entries: [BeatRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord]

    /// Sends firings, each in one step with what is remembered of it.
    ///
    /// - Parameters:
    ///   - firings: of entries that are known; those of one entry rise.
    ///   - lease: must be held.
    /// - Returns: what became of each.
    /// - Throws: ``BrokerError``; the call may be made again.
    func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome]
}
