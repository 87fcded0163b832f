internal import TaskQueue

/// Ids that were promised for tasks which are not sent yet, and which tasks groups have.
struct PromiseTable {
    private let database: SQLiteDatabase

    /// How much longer a promise is kept than a result: what comes before may take its time.
    private static let patience: Duration = .seconds(30 * 86_400)

    init(_ database: SQLiteDatabase) {
        self.database = database
    }

    /// In a transaction of the caller's, as what changes anything here.
    func add(_ ids: [TaskID], lifetime: Duration?) throws(BrokerError) {
        try LateTable.promised.make(in: database)
        let now = Timestamp.now()
        try database.run("DELETE FROM promised WHERE expires_at <= ?", [.integer(now.microseconds)])
        let expiry = (now + Self.patience + (lifetime ?? .zero)).microseconds
        for id in ids {
            try database.run(
                "INSERT OR REPLACE INTO promised (id, expires_at) VALUES (?, ?)",
                [.text(id.text), .integer(expiry)]
            )
        }
    }

    func isPromised(_ id: TaskID) throws(BrokerError) -> Bool {
        guard try LateTable.promised.isThere(in: database) else { return false }
        var isPromised = false
        try database.run(
            "SELECT 1 FROM promised WHERE id = ? AND expires_at > ?",
            [.text(id.text), .integer(Timestamp.now().microseconds)]
        ) { _ in isPromised = true }
        return isPromised
    }

    func keep(
        _ members: [TaskID],
        of group: String,
        lifetime: Duration?
    ) throws(BrokerError) {
        try LateTable.groups.make(in: database)
        let now = Timestamp.now()
        try database.run("DELETE FROM groups WHERE expires_at <= ?", [.integer(now.microseconds)])
        try database.run(
            "INSERT OR REPLACE INTO groups (id, record, expires_at) VALUES (?, ?, ?)",
            [
                .text(group), .blob(GroupRecord.json(members, of: group)),
                lifetime.map { .integer((now + $0).microseconds) } ?? .null,
            ]
        )
    }

    func members(of group: String) throws(BrokerError) -> [TaskID]? {
        guard try LateTable.groups.isThere(in: database) else { return nil }
        var members: [TaskID]?
        try database.run(
            "SELECT record FROM groups WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)",
            [.text(group), .integer(Timestamp.now().microseconds)]
        ) { members = GroupRecord.members($0.bytes(0)) }
        return members
    }
}
