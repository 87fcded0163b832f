package import TaskQueue

extension SQLiteBroker: RecordStore {
    package func write(
        _ records: [SharedRecord],
        if condition: SharedRecord.Condition
    ) throws(BrokerError) -> [String?] {
        try database.transaction { () throws(BrokerError) in
            let now = Timestamp.now()
            try LateTable.records.make(in: database)
            try database.run(
                "DELETE FROM records WHERE expires_at <= ?",
                [.integer(now.microseconds)]
            )
            var stay: [String?] = []
            for record in records {
                let there = try values(of: [record.key])[0]
                let isLeft =
                    switch condition {
                    case .always: false
                    case .isNew: there != nil
                    case .isSame: there != record.value
                    }
                stay.append(isLeft ? there : nil)
                guard !isLeft else { continue }
                try database.run(
                    "INSERT OR REPLACE INTO records (space, name, value, expires_at) VALUES (?, ?, ?, ?)",
                    [
                        .text(record.key.space), .text(record.key.name), .text(record.value),
                        .integer((now + record.lifetime).microseconds),
                    ]
                )
            }
            return stay
        }
    }

    package func values(of keys: [SharedRecord.Key]) throws(BrokerError) -> [String?] {
        guard try LateTable.records.isThere(in: database) else {
            return Array(repeating: nil, count: keys.count)
        }
        let now = Timestamp.now().microseconds
        var values: [String?] = []
        for key in keys {
            var value: String?
            try database.run(
                "SELECT value FROM records WHERE space = ? AND name = ? AND expires_at > ?",
                [.text(key.space), .text(key.name), .integer(now)]
            ) { value = $0.text(0) }
            values.append(value)
        }
        return values
    }

    package func records(in space: String) throws(BrokerError) -> [String: String] {
        guard try LateTable.records.isThere(in: database) else { return [:] }
        var records: [String: String] = [:]
        try database.run(
            "SELECT name, value FROM records WHERE space = ? AND expires_at > ?",
            [.text(space), .integer(Timestamp.now().microseconds)]
        ) { records[$0.text(0)] = $0.text(1) }
        return records
    }

    package func remove(
        _ keys: [SharedRecord.Key],
        if value: String?
    ) throws(BrokerError) -> Int {
        try database.transaction { () throws(BrokerError) in
            var removed = 0
            for key in keys {
                let there = try values(of: [key])[0]
                guard let there, value.map({ $0 == there }) ?? true else { continue }
                try database.run(
                    "DELETE FROM records WHERE space = ? AND name = ?",
                    [.text(key.space), .text(key.name)]
                )
                removed += 1
            }
            return removed
        }
    }
}
