/// What the programs at one broker, which remembers nothing, remember together in a place that does.
package final class FleetMemory {
    private let place: String
    private let open: () throws(BrokerError) -> any RecordStore
    private var opened: (any RecordStore)?

    /// - Parameters:
    ///   - place: of the broker: others that share the store have others.
    ///   - open: connects to what keeps it, when it is first needed.
    package init(
        of place: String,
        in open: @escaping () throws(BrokerError) -> any RecordStore
    ) {
        (self.place, self.open) = (place, open)
    }

    var store: any RecordStore {
        get throws(BrokerError) {
            if let opened { return opened }
            let store = try open()
            opened = store
            return store
        }
    }

    /// What the records are of.
    enum Kind: String {
        case paused, revoked, unique, worker
    }

    func space(_ kind: Kind) -> String { "\(kind.rawValue):\(place)" }

    func key(_ kind: Kind, _ name: String) -> SharedRecord.Key {
        SharedRecord.Key(name, in: space(kind))
    }
}

// MARK: - Tasks that have ended

extension FleetMemory {
    /// A record that is to be removed, unless it has another value by then.
    struct Owed: Equatable, Sendable {
        let key: SharedRecord.Key
        let value: String?
    }

    /// It has come up: another task with the same id is another matter.
    func revocation(of id: TaskID) -> Owed { Owed(key: key(.revoked, id.text), value: nil) }

    /// They are sent again.
    package func forgetRevocations(of ids: [TaskID]) throws(BrokerError) {
        for id in ids { try remove(revocation(of: id)) }
    }

    func remove(_ record: Owed) throws(BrokerError) {
        _ = try store.remove([record.key], if: record.value)
    }
}

// MARK: - Paused queues

extension FleetMemory: QueuePausing {
    /// Longer than any queue is left alone.
    private static let pauseLifetime: Duration = .seconds(10 * 366 * 86_400)

    package func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool {
        let key = key(.paused, queue.text)
        guard isPaused else { return try store.remove([key], if: nil) > 0 }
        let record = SharedRecord(key, "", for: Self.pauseLifetime)
        return try store.write([record], if: .isNew) == [nil]
    }

    package func pausedQueues() throws(BrokerError) -> Set<QueueName> {
        Set(try store.records(in: space(.paused)).keys.compactMap(QueueName.init))
    }
}

// MARK: - Revoked tasks

extension FleetMemory {
    func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError) {
        _ = try store.write(
            ids.map { SharedRecord(key(.revoked, $0.text), "", for: lifetime) },
            if: .always
        )
    }

    func revoked(among ids: [TaskID]) throws(BrokerError) -> Set<TaskID> {
        guard !ids.isEmpty else { return [] }
        return try look(for: ids, from: []).revoked
    }

    /// What is known of tasks that have just been taken, in one step.
    ///
    /// - Returns: those of the queues that are paused, and those of the ids that are revoked.
    func look(
        for ids: [TaskID],
        from queues: [QueueName]
    ) throws(BrokerError) -> (paused: Set<QueueName>, revoked: Set<TaskID>) {
        let keys = queues.map { key(.paused, $0.text) } + ids.map { key(.revoked, $0.text) }
        let values = try store.values(of: keys)
        let isPaused = zip(queues, values.prefix(queues.count))
        let isRevoked = zip(ids, values.dropFirst(queues.count))
        return (
            Set(isPaused.filter { $1 != nil }.map(\.0)),
            Set(isRevoked.filter { $1 != nil }.map(\.0))
        )
    }
}
