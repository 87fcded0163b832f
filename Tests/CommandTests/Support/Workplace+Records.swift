import TaskQueue
import TestSupport

extension Workplace {
    /// Stores the record of a task that has not ended, and tells who waits, as a Celery worker does:
    /// on SQLite, where there is none, in the row that tq would write.
    func store(_ id: String, state: String, _ metadata: String) async throws {
        let record = StoredResult(
            id: TaskID(id),
            state: TaskState(rawValue: state),
            result: try JSONText(metadata.utf8)
        )
        try await store(record)
    }

    /// Stores the record of a task that has ended well.
    func finish(_ id: String, _ result: String = "null") async throws {
        let value = try JSONText(result.utf8)
        try await store(StoredResult(id: TaskID(id), state: .success, result: value))
    }

    /// What the broker calls itself in the ids of periodic tasks.
    func installation() async throws -> String {
        if let redis { return try await redis.cli("GET", "tq:installation") }
        return try await query("SELECT id FROM installation;").first?[key: "id"]?.string ?? ""
    }

    private func store(_ record: StoredResult) async throws {
        guard let redis else {
            let columns = [record.id.text, record.state.rawValue].map { "'\($0)'" }
            let bytes = record.json.map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            _ = try await query(
                """
                PRAGMA busy_timeout = 10000;
                INSERT OR REPLACE INTO results (id, state, record, stored_at)
                VALUES (\(columns.joined(separator: ", ")), x'\(bytes.joined())', 0);
                """
            )
            return
        }
        let key = "celery-task-meta-\(record.id)"
        _ = try await redis.cli("SETEX", key, "60", input: record.json)
        _ = try await redis.cli("PUBLISH", key, input: record.json)
    }
}
