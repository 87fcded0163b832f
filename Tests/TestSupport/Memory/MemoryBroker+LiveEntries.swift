import Synchronization
package import TaskQueue

extension MemoryBroker: LiveEntryStore {
    package func liveVersion() throws(BrokerError) -> Int64 { store.state.withLock(\.liveVersion) }

    package func liveEntries() throws(BrokerError) -> [StoredLiveEntry] {
        store.state.withLock { $0.liveEntries.values.sorted { $0.name < $1.name } }
    }

    package func liveEntry(_ name: String) throws(BrokerError) -> StoredLiveEntry? {
        store.state.withLock { $0.liveEntries[name] }
    }

    package func enroll(
        live entries: [LiveEntry],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] {
        store.write { state in
            entries.map { live in
                let name = live.entry.name
                if state.beatEntries[name] == nil,
                    state.liveEntries[name]?.version == live.version
                {
                    state.beatEntries[name] = .init(
                        live.enrolment,
                        BeatRecord(lastFiring: now),
                        live.version
                    )
                }
                guard let item = state.beatEntries[name], item.version == live.version else {
                    return nil
                }
                return item.record
            }
        }
    }

    package func add(
        _ entries: [LiveDraft],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition] {
        store.write { state in
            entries.map { state.add($0, replacing: replaces, at: now) }
        }
    }

    package func remove(live name: String) throws(BrokerError) -> LiveRemoval {
        store.write { state in
            guard state.liveEntries.removeValue(forKey: name) != nil else {
                return state.beatEntries[name] == nil ? .unknown : .configured
            }
            _ = state.nextLiveVersion()
            if state.beatEntries[name]?.version != nil { state.beatEntries[name] = nil }
            return .removed
        }
    }
}

extension MemoryStore.State {
    mutating func nextLiveVersion() -> Int64 {
        liveVersion += 1
        return liveVersion
    }

    fileprivate mutating func add(
        _ draft: LiveDraft,
        replacing replaces: Bool,
        at now: Timestamp
    ) -> LiveAddition {
        let enrolment = draft.enrolment
        let known = beatEntries[enrolment.name]
        let isThere = liveEntries[enrolment.name] != nil
        if let known, known.version == nil { return .configured }
        if isThere, !replaces { return .exists }
        let version = nextLiveVersion()
        var record = known?.record ?? BeatRecord(lastFiring: now)
        if known?.fingerprint != enrolment.fingerprint {
            record.lastFiring = max(record.lastFiring, now)
        }
        var item = MemoryStore.BeatItem(enrolment, record, version)
        item.isPaused = known?.isPaused ?? false
        beatEntries[enrolment.name] = item
        liveEntries[enrolment.name] = StoredLiveEntry(
            name: enrolment.name,
            version: version,
            text: draft.text
        )
        return isThere ? .replaced(sent: record.count) : .added
    }
}

extension MemoryStore.BeatItem {
    fileprivate init(_ entry: BeatEnrolment, _ record: BeatRecord, _ version: Int64) {
        self.init(
            record: record,
            fingerprint: entry.fingerprint,
            schedule: entry.schedule,
            task: entry.task,
            version: version
        )
    }
}
