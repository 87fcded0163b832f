package import TaskQueue

extension SQLiteBroker: UniqueSending {
    package func sendUnlessHeld(
        _ messages: [OutgoingMessage],
        isRepeated: Bool
    ) throws(BrokerError) -> [TaskID?] {
        try database.transaction { () throws(BrokerError) in
            var holders: [TaskID?] = []
            for message in messages {
                guard let unique = message.unique else {
                    preconditionFailure("a message without a key was sent as one that has one")
                }
                let holder = try holder(of: unique.key)
                if holder == nil { try insert(message, holding: RowHold(unique)) }
                holders.append(holder)
            }
            return holders
        }
    }

    /// The unfinished task that holds a key; a waiting task that is not to be run any more does not.
    func holder(of key: String) throws(BrokerError) -> TaskID? {
        var holder: TaskID?
        try database.run(
            """
            SELECT id FROM tasks
            WHERE unique_key = ?1 AND (unique_until IS NULL OR unique_until > ?2)
                AND NOT (worker IS NULL AND (coalesce(expires <= ?2, 0) OR EXISTS (
                    SELECT 1 FROM revoked WHERE id = tasks.id AND expires_at > ?2)))
            ORDER BY seq LIMIT 1
            """,
            [.text(key), .integer(Timestamp.now().microseconds)]
        ) { holder = TaskID($0.text(0)) }
        return holder
    }

    /// What a worker's task holds, for the message by which it is tried again; `nil`: nothing, or it is no
    /// longer the worker's.
    func hold(of holder: [SQLiteValue]) throws(BrokerError) -> (id: TaskID, hold: RowHold)? {
        var found: (id: TaskID, hold: RowHold)?
        try database.run(
            """
            SELECT id, unique_key, unique_until FROM tasks
            WHERE seq = ? AND delivery = ? AND worker = ? AND unique_key IS NOT NULL
            """,
            holder
        ) { row in
            let until = row.isNull(2) ? nil : Timestamp(microseconds: row.integer(2))
            found = (TaskID(row.text(0)), RowHold(key: row.text(1), until: until))
        }
        return found
    }
}
