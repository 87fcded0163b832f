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
                    record: item.record,
                    isPaused: item.isPaused
                )
            }
        }
    }

    package func setPaused(entry name: String, _ isPaused: Bool) throws(BrokerError) -> Bool? {
        store.write { state in
            guard let item = state.beatEntries[name] else { return nil }
            state.beatEntries[name]?.isPaused = isPaused
            return item.isPaused != isPaused
        }
    }

    package func forget(entry name: String) throws(BrokerError) -> Bool {
        store.write { $0.beatEntries.removeValue(forKey: name) != nil }
    }
}
