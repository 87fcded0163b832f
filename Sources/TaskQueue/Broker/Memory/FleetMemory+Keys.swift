/// Unique keys: the value of a record is the id of the task that holds the key, and a tab once it has begun.
extension FleetMemory {
    /// How long a key is held if nothing frees it and the task can begin at once.
    private static let longestHold: Duration = .seconds(30 * 86_400)
    /// How long it is held while its task is sent: one whose sender has died meanwhile may never come.
    private static let sendingHold: Duration = .seconds(300)

    /// The task that holds a key.
    struct Holder: Equatable {
        let id: TaskID
        let hasBegun: Bool

        init(_ id: TaskID, hasBegun: Bool = false) { (self.id, self.hasBegun) = (id, hasBegun) }

        init(value: String) {
            hasBegun = value.utf8.last == UInt8(ascii: "\t")
            id = TaskID(hasBegun ? String(value.dropLast()) : value)
        }

        var value: String { hasBegun ? "\(id.text)\t" : id.text }
    }

    /// Takes keys for tasks that are about to be sent, or are being sent again.
    ///
    /// - Returns: for each message, the task that holds its key already; `nil`: it does itself.
    func hold(_ messages: [OutgoingMessage]) throws(BrokerError) -> [Holder?] {
        let records = messages.compactMap { message in
            message.unique.map { unique in
                let lifetime = Self.lifetime(unique, message.eta, message.expires)
                return record(unique, Holder(message.id), min(lifetime, Self.sendingHold))
            }
        }
        return try write(records, if: .isNew).map { $0.map { Holder(value: $0) } }
    }

    /// Holds keys of tasks that were sent for as long as they may take; a task that has ended meanwhile has freed its.
    func keep(_ messages: [OutgoingMessage]) throws(BrokerError) {
        let records = messages.compactMap { message in
            message.unique.map { unique in
                let lifetime = Self.lifetime(unique, message.eta, message.expires)
                return record(unique, Holder(message.id), lifetime)
            }
        }
        _ = try write(records, if: .isSame)
    }

    /// Holds the keys of tasks that begin, whatever has become of them meanwhile, unless others hold them.
    func begin(_ tasks: [RawMessage]) throws(BrokerError) {
        try change(tasks) { id, unique, _ in
            record(unique, Holder(id, hasBegun: true), unique.lifetime ?? Self.longestHold)
        }
    }

    /// Holds the keys of tasks that are given back, or sent again, as those of others that wait.
    func giveBack(_ tasks: [RawMessage]) throws(BrokerError) {
        try change(tasks) { id, unique, expires in
            record(unique, Holder(id), Self.lifetime(unique, nil, expires))
        }
    }

    private func change(
        _ tasks: [RawMessage],
        _ record: (TaskID, UniqueHold, _ expires: Timestamp?) -> SharedRecord
    ) throws(BrokerError) {
        for task in tasks {
            guard let (id, unique) = task.unique else { continue }
            let record = record(id, unique, task.headers.flatMap(OutgoingMessage.expiry))
            guard let other = try write([record], if: .isNew)[0], Holder(value: other).id == id
            else { continue }
            if record.lifetime > .milliseconds(1) {
                _ = try write([record], if: .always)
            } else {
                try remove([record.key], if: other)
            }
        }
    }

    /// The records by which a task holds a key, now or when it has begun.
    func holds(of name: String, by id: TaskID) -> [Owed] {
        [true, false].map { hasBegun in
            Owed(key: key(.unique, name), value: Holder(id, hasBegun: hasBegun).value)
        }
    }

    /// Frees the key that a message names, if a task holds it.
    func free(_ message: OutgoingMessage, of holder: TaskID) throws(BrokerError) {
        guard let unique = message.unique else { return }
        for record in holds(of: unique.key, by: holder) { try remove(record) }
    }

    /// Frees all keys of tasks.
    func freeKeys(of ids: [TaskID]) throws(BrokerError) {
        let ids = Set(ids)
        for (name, value) in try records(.unique)
        where ids.contains(Holder(value: value).id) {
            try remove(Owed(key: key(.unique, name), value: value))
        }
    }

    private func record(
        _ unique: UniqueHold,
        _ holder: Holder,
        _ lifetime: Duration
    ) -> SharedRecord {
        SharedRecord(key(.unique, unique.key), holder.value, for: lifetime)
    }

    /// A task that has expired holds no key, unless it has begun by then.
    private static func lifetime(
        _ unique: UniqueHold,
        _ eta: Timestamp?,
        _ expires: Timestamp?
    ) -> Duration {
        let now = Timestamp.now()
        let wait = eta.map { max($0 - now, .zero) } ?? .zero
        let longest = unique.lifetime ?? longestHold + wait
        return expires.map { min($0 - now, longest) } ?? longest
    }
}
