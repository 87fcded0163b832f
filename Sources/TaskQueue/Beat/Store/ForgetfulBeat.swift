internal import Synchronization

/// Sends firings by a broker that remembers nothing, where no other place does.
///
/// One process leads at a time. It promises less than a ``BeatStore`` that remembers:
///
/// - What falls due while no `tq-beat` runs is not sent.
/// - Who takes the lead goes on from when it last saw another have it. What that one has sent since is sent again,
///   under the same ids; what it should have sent before and has not is missing.
/// - There are no live entries.
package final class ForgetfulBeat: BeatStore {
    /// How soon to ask again who leads.
    private static let interval: Duration = .seconds(1)

    private let broker: any Broker
    private let election: any LeaderElection
    private let notes: BeatNotes
    private let place: String
    /// The lease that is held over this connection; `nil`: none is.
    private var lead: BeatLease?

    /// - Parameters:
    ///   - broker: sends.
    ///   - election: over the same connection.
    ///   - notes: of this process.
    ///   - place: names the broker's data, the same for all.
    package init(
        _ broker: any Broker,
        _ election: any LeaderElection,
        _ notes: BeatNotes,
        of place: String
    ) {
        (self.broker, self.election, self.notes, self.place) = (broker, election, notes, place)
    }

    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        let leads = try election.lead(lease.group)
        lead = leads ? lease : nil
        guard !leads else { return .held }
        notes.state.withLock { $0.ledByOtherAt = .now() }
        return .heldByOther("another", remaining: Self.interval)
    }

    package func release(_ lease: BeatLease) throws(BrokerError) {
        lead = nil
        try election.resign(lease.group)
    }

    package func installation() throws(BrokerError) -> String { SHA1.shortText(place) }

    package func register(
        _ entries: [BeatRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        notes.state.withLock { state in
            let start = state.ledByOtherAt
            state.ledByOtherAt = nil
            return entries.map { entry in
                var record = entry.record(after: state.known[entry.name], at: start ?? now)
                if let start { record.lastFiring = max(record.lastFiring, start) }
                state.known[entry.name] = KnownEntry(
                    record: record,
                    fingerprint: entry.fingerprint
                )
                return record
            }
        }
    }

    package func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome] {
        guard lead == lease else { return firings.map { _ in .notLeading } }
        if firings.contains(where: { $0.message.unique != nil }) {
            _ = try broker.requiring(.uniqueSending)
        }
        var known = notes.state.withLock(\.known)
        var outcomes: [BeatOutcome] = []
        for firing in firings {
            let outcome = firing.outcome(in: known[firing.entry]) { _ in nil }
            if let record = firing.record(after: outcome, in: known[firing.entry]) {
                known[firing.entry, default: KnownEntry(record: record)].record = record
            }
            outcomes.append(outcome)
        }
        let sent = zip(firings, outcomes).filter { $1 == .sent }.map(\.0.message)
        if !sent.isEmpty { try broker.send(sent) }
        notes.state.withLock { $0.known = known }
        return outcomes
    }
}

// MARK: - Live entries

extension ForgetfulBeat {
    package func liveVersion() throws(BrokerError) -> Int64 { 0 }

    package func liveEntries() throws(BrokerError) -> [StoredLiveEntry] { [] }

    package func liveEntry(_ name: String) throws(BrokerError) -> StoredLiveEntry? { nil }

    package func register(
        live entries: [LiveRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] { entries.map { _ in nil } }

    package func add(
        _ entries: [NewLiveEntry],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition] { throw .unable(broker: broker.kind, .liveEntryStore) }

    package func remove(live name: String) throws(BrokerError) -> LiveRemoval {
        throw .unable(broker: broker.kind, .liveEntryStore)
    }
}
