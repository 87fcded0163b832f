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

    package func register(
        live entries: [LiveRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] {
        store.write { state in
            entries.map { live in
                let name = live.name
                if state.beatEntries[name] == nil,
                    state.liveEntries[name]?.version == live.version
                {
                    state.beatEntries[name] = .init(
                        live.registration,
                        BeatRecord(lastFiring: now),
                        after: nil,
                        version: live.version
                    )
                }
                guard let known = state.beatEntries[name]?.known, known.version == live.version
                else { return nil }
                return known.record
            }
        }
    }

    package func add(
        _ entries: [NewLiveEntry],
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
            if state.beatEntries[name]?.known.version != nil { state.beatEntries[name] = nil }
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
        _ new: NewLiveEntry,
        replacing replaces: Bool,
        at now: Timestamp
    ) -> LiveAddition {
        let registration = new.registration
        let known = beatEntries[registration.name]?.known
        let isThere = liveEntries[registration.name] != nil
        let addition = LiveAddition(in: known, isThere: isThere, replacing: replaces)
        guard addition.isDone else { return addition }
        let version = nextLiveVersion()
        let record = registration.record(after: known, at: now)
        beatEntries[registration.name] = .init(registration, record, after: known, version: version)
        liveEntries[registration.name] = StoredLiveEntry(
            name: registration.name,
            version: version,
            text: new.text
        )
        return addition
    }
}
