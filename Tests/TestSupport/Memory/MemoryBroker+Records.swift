internal import Synchronization
package import TaskQueue

extension MemoryBroker: RecordStore {
    package func write(
        _ records: [SharedRecord],
        if condition: SharedRecord.Condition
    ) throws(BrokerError) -> [String?] {
        store.write { state in
            records.map { record in
                let there = state.value(of: record.key)
                let isLeft =
                    switch condition {
                    case .always: false
                    case .isNew: there != nil
                    case .isSame: there != record.value
                    }
                if isLeft { return there }
                state.shared[record.key] = (record.value, .now() + record.lifetime)
                return nil
            }
        }
    }

    package func values(of keys: [SharedRecord.Key]) throws(BrokerError) -> [String?] {
        store.state.withLock { state in keys.map { state.value(of: $0) } }
    }

    package func records(in space: String) throws(BrokerError) -> [String: String] {
        store.state.withLock { state in
            var records: [String: String] = [:]
            for key in state.shared.keys where key.space == space {
                records[key.name] = state.value(of: key)
            }
            return records
        }
    }

    package func remove(
        _ keys: [SharedRecord.Key],
        if value: String?
    ) throws(BrokerError) -> Int {
        store.write { state in
            keys.count { key in
                guard let there = state.value(of: key), value.map({ $0 == there }) ?? true else {
                    return false
                }
                state.shared[key] = nil
                return true
            }
        }
    }
}

extension MemoryStore.State {
    fileprivate func value(of key: SharedRecord.Key) -> String? {
        shared[key].flatMap { $0.until > .now() ? $0.value : nil }
    }
}
