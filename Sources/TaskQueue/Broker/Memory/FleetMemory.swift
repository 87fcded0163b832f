/// What the programs at one broker, which remembers nothing, remember together in a place that does.
package final class FleetMemory {
    private let place: String
    private let open: () throws(BrokerError) -> any RecordStore
    private var opened: (any RecordStore)?

    /// - Parameters:
    ///   - place: of the broker, the same for all of its programs.
    ///   - open: connects to what keeps it, when it is first needed.
    package init(
        of place: String,
        in open: @escaping () throws(BrokerError) -> any RecordStore
    ) {
        (self.place, self.open) = (place, open)
    }

    /// Carries out a request; if the connection was lost since the last one, over a new one.
    ///
    /// - Parameters:
    ///   - mayRepeat: whether it does no harm if it was carried out before.
    ///   - request: of the store.
    /// - Returns: what the request returns.
    /// - Throws: ``BrokerError``.
    func asking<Value>(
        mayRepeat: Bool = true,
        _ request: (any RecordStore) throws(BrokerError) -> Value
    ) throws(BrokerError) -> Value {
        let isNew = opened == nil
        let store: any RecordStore
        if let opened { store = opened } else { store = try open() }
        opened = store
        do throws(BrokerError) { return try request(store) } catch {
            guard !error.isAnswer else { throw error }
            opened = nil
            guard mayRepeat, !isNew, error.mayPass else { throw error }
        }
        return try asking(mayRepeat: false, request)
    }

    func write(
        _ records: [SharedRecord],
        if condition: SharedRecord.Condition
    ) throws(BrokerError) -> [String?] {
        guard !records.isEmpty else { return [] }
        return try asking(mayRepeat: condition != .isNew) { store throws(BrokerError) in
            try store.write(records, if: condition)
        }
    }

    func values(of keys: [SharedRecord.Key]) throws(BrokerError) -> [String?] {
        try asking { store throws(BrokerError) in try store.values(of: keys) }
    }

    func records(_ kind: Kind) throws(BrokerError) -> [String: String] {
        try asking { store throws(BrokerError) in try store.records(in: space(kind)) }
    }

    @discardableResult
    func remove(
        _ keys: [SharedRecord.Key],
        if value: String? = nil
    ) throws(BrokerError) -> Int {
        guard !keys.isEmpty else { return 0 }
        return try asking { store throws(BrokerError) in try store.remove(keys, if: value) }
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
        try remove(ids.map { key(.revoked, $0.text) })
    }

    func remove(_ record: Owed) throws(BrokerError) {
        try remove([record.key], if: record.value)
    }
}

// MARK: - Paused queues

extension FleetMemory: QueuePausing {
    /// Longer than any queue is left alone.
    private static let pauseLifetime: Duration = .seconds(10 * 366 * 86_400)

    package func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool {
        let key = key(.paused, queue.text)
        guard isPaused else { return try remove([key]) > 0 }
        let record = SharedRecord(key, "", for: Self.pauseLifetime)
        return try write([record], if: .isNew) == [nil]
    }

    package func pausedQueues() throws(BrokerError) -> Set<QueueName> {
        Set(try records(.paused).keys.compactMap(QueueName.init))
    }
}

// MARK: - Revoked tasks

extension FleetMemory {
    func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError) {
        let records = ids.map { SharedRecord(key(.revoked, $0.text), "", for: lifetime) }
        _ = try write(records, if: .always)
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
        let values = try values(of: keys)
        let isPaused = zip(queues, values.prefix(queues.count))
        let isRevoked = zip(ids, values.dropFirst(queues.count))
        return (
            Set(isPaused.filter { $1 != nil }.map(\.0)),
            Set(isRevoked.filter { $1 != nil }.map(\.0))
        )
    }
}
