import Synchronization
package import TaskQueue

extension MemoryBroker: BeatStore {
    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        store.write { state in
            let now = ContinuousClock.now
            if let held = state.beatLeases[lease.group], held.until > now,
                held.holder != lease.holder
            {
                return .heldByOther(held.holder, remaining: now.duration(to: held.until))
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

    package func enroll(
        _ entries: [BeatEnrolment],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        store.write { state in
            entries.map { entry in
                var known =
                    state.beatEntries[entry.name]
                    ?? .init(record: BeatRecord(lastFiring: now), fingerprint: entry.fingerprint)
                if known.fingerprint != entry.fingerprint {
                    known.record.lastFiring = max(known.record.lastFiring, now)
                    known.fingerprint = entry.fingerprint
                }
                known.version = nil
                known.schedule = entry.schedule
                known.task = entry.task
                state.beatEntries[entry.name] = known
                return known.record
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
        if let version = firing.version, beatEntries[firing.entry]?.version != version {
            return .gone
        }
        var known = beatEntries[firing.entry] ?? .init(record: BeatRecord(lastFiring: .earliest))
        known.version = firing.version
        if known.record.lastFiring >= firing.instant
            || firing.most.map({ known.record.count >= $0 }) ?? false
        {
            return .passed(known.record)
        }
        if known.isPaused {
            beatEntries[firing.entry]?.record.lastFiring = firing.instant
            return .paused
        }
        let holder = firing.message.unique.flatMap { self.holder(of: $0.key) }
        known.record.lastFiring = firing.instant
        if holder == nil {
            known.record.count += 1
            known.record.lastTask = firing.message.id
            add(firing.message, holding: firing.message.unique?.fromNow)
        }
        beatEntries[firing.entry] = known
        return holder.map { .overlapped($0) } ?? .sent
    }
}
