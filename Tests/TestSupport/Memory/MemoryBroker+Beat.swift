import Synchronization
package import TaskQueue

extension MemoryBroker: BeatStore {
    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        store.write { state in
            let now = Instant.now
            if let held = state.beatLeases[lease.group], held.until > now,
                held.holder != lease.holder
            {
                return .heldByOther(held.holder, remaining: held.until - now)
            }
            state.beatLeases[lease.group] = (lease.holder, now + BeatLease.length)
            return .held
        }
    }

    package func release(_ lease: BeatLease) throws(BrokerError) {
        store.write { state in
            guard state.beatLeases[lease.group]?.holder == lease.holder else { return }
            state.beatLeases[lease.group] = nil
        }
    }

    package func installation() throws(BrokerError) -> String {
        store.state.withLock(\.installation)
    }

    package func register(
        _ entries: [BeatRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        store.write { state in
            entries.map { entry in
                let known = state.beatEntries[entry.name]?.known
                let record = entry.record(after: known, at: now)
                state.beatEntries[entry.name] = .init(entry, record, after: known, version: nil)
                return record
            }
        }
    }

    package func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome] {
        store.write { state in
            guard let held = state.beatLeases[lease.group], held.holder == lease.holder,
                held.until > .now
            else { return firings.map { _ in .notLeading } }
            return firings.map { state.fire($0) }
        }
    }
}

extension MemoryStore.State {
    fileprivate mutating func fire(_ firing: BeatFiring) -> BeatOutcome {
        let known = beatEntries[firing.entry]?.known
        let outcome = firing.outcome(in: known) { holder(of: $0) }
        if outcome == .sent { add(firing.message, holding: firing.message.unique?.fromNow) }
        if let record = firing.record(after: outcome, in: known) {
            var item = beatEntries[firing.entry] ?? .init(known: KnownEntry(record: record))
            item.known.record = record
            item.known.version = firing.version
            beatEntries[firing.entry] = item
        }
        return outcome
    }
}

extension MemoryStore.BeatItem {
    init(_ entry: BeatRegistration, _ record: BeatRecord, after known: KnownEntry?, version: Int64?)
    {
        self.init(
            known: KnownEntry(
                record: record,
                fingerprint: entry.fingerprint,
                isPaused: known?.isPaused ?? false,
                version: version
            ),
            schedule: entry.schedule,
            task: entry.task
        )
    }
}
