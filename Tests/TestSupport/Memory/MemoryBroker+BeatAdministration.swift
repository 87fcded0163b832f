import Synchronization
package import TaskQueue

extension MemoryBroker: BeatAdministration {
    package func beatEntries() throws(BrokerError) -> [BeatSummary] {
        store.state.withLock { state in
            state.beatEntries.sorted { $0.key < $1.key }.map { name, item in
                BeatSummary(
                    name: name,
                    schedule: item.schedule,
                    task: item.task,
                    record: item.known.record,
                    isPaused: item.known.isPaused,
                    origin: item.known.version == nil ? .file : .live
                )
            }
        }
    }

    package func setPaused(entry name: String, _ isPaused: Bool) throws(BrokerError) -> Bool? {
        store.write { state in
            guard let item = state.beatEntries[name] else { return nil }
            state.beatEntries[name]?.known.isPaused = isPaused
            return item.known.isPaused != isPaused
        }
    }

    package func forget(entry name: String) throws(BrokerError) -> Bool {
        store.write { state in
            guard let item = state.beatEntries.removeValue(forKey: name) else { return false }
            guard let live = state.liveEntries[name] else { return true }
            let version = state.nextLiveVersion()
            guard item.known.version != nil else { return true }
            state.liveEntries[name] = .init(name: name, version: version, text: live.text)
            state.beatEntries[name] = .init(
                known: KnownEntry(
                    record: BeatRecord(lastFiring: .now()),
                    fingerprint: item.known.fingerprint,
                    version: version
                ),
                schedule: item.schedule,
                task: item.task
            )
            return true
        }
    }
}
