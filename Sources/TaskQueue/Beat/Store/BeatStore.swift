/// Keeps what `tq-beat` has to remember, beside the tasks: a broker itself, or a
/// store elsewhere.
///
/// What each implementation promises, and the contract in the tests holds it to:
///
/// - Of those who ask for the same lease, one has it at a time.
/// - A firing is sent and remembered in one step, and only by who has the lease, and only if it comes
///   after the last that is remembered of its entry: so once, whoever else tries.
package protocol BeatStore: LiveEntryStore {
    /// Takes a lease for ``BeatLease/length`` from now, or makes one last that is held already.
    func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead

    /// Gives a lease back, if it is held: the next who asks gets it.
    func release(_ lease: BeatLease) throws(BrokerError)

    /// Names what the broker keeps among all brokers, whatever its address: drawn at random once, and kept in
    /// it.
    func installation() throws(BrokerError) -> String

    /// Makes entries known.
    ///
    /// One that is new, or fires at other instants than before, counts as fired at `now`, unless its last
    /// firing is later: what it would have fired at before then is not missed.
    ///
    /// A live entry of the same name is not sent from now on.
    ///
    /// - Returns: what is remembered of each then.
    func enroll(
        _ entries: [BeatEnrolment],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord]

    /// Sends firings, each in one step with what is remembered of it.
    ///
    /// - Parameters:
    ///   - firings: of entries that are known; those of one entry rise.
    ///   - lease: has to be held.
    /// - Returns: what became of each.
    /// - Throws: ``BrokerError``; the call may be made again.
    func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome]
}
