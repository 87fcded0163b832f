internal import TaskQueue

/// The key that a row of `tasks` holds.
struct RowHold {
    let key: String
    /// `nil`: until the row goes.
    let until: Timestamp?

    init(key: String, until: Timestamp?) {
        self.key = key
        self.until = until
    }

    /// As of a task that is sent now.
    init(_ hold: UniqueHold) {
        self.init(key: hold.key, until: hold.lifetime.map { .now() + $0 })
    }

    /// `unique_key`, `unique_until` and `expires`; the last is a task's own, and told only for one that
    /// holds a key.
    static func values(_ hold: RowHold?, expires: @autoclosure () -> Timestamp?) -> [SQLiteValue] {
        guard let hold else { return [.null, .null, .null] }
        return [
            .text(hold.key), hold.until.map { .integer($0.microseconds) } ?? .null,
            expires().map { .integer($0.microseconds) } ?? .null,
        ]
    }
}
