import TaskQueue
import TestSupport
import Testing

/// A message that was found in a broker by other means than ours.
struct StoredMessage: Sendable {
    let headers: JSONText
    let properties: JSONText
    /// The array of arguments, keyword arguments and what follows the task.
    let body: JSONText
    let isDelayed: Bool

    var id: String? { headers[key: "id"]?.string }
    var task: String? { headers[key: "task"]?.string }
    var args: String? { body.elements?.first?.text }
    var kwargs: String? { body.elements?.dropFirst().first?.text }
    var priority: Int? { properties[key: "priority"]?.integer }
}

extension StoredMessage {
    /// Reads an envelope as Kombu keeps it in Redis, from where it begins.
    init(envelope text: String, isDelayed: Bool) throws {
        let json = text.utf8.drop { $0 != UInt8(ascii: "{") }
        let envelope = try JSONText(json)
        let body = try #require(envelope[key: "body"]?.string.flatMap { Base64.decode($0.utf8) })
        self.init(
            headers: try #require(envelope[key: "headers"]),
            properties: try #require(envelope[key: "properties"]),
            body: try JSONText(body),
            isDelayed: isDelayed
        )
    }

    /// Reads a row with the columns `headers`, `properties`, `body` and `due`.
    init(row: JSONText) throws {
        let columns = try ["headers", "properties", "body"].map { name in
            try JSONText(try #require(row[key: name]?.string).utf8)
        }
        self.init(
            headers: columns[0],
            properties: columns[1],
            body: columns[2],
            isDelayed: row[key: "due"]?.integer != 0
        )
    }
}

extension Workplace {
    /// What waits in a queue: first what is due, of one priority step in the order of sending.
    func messages(in queue: String = "celery") async throws -> [StoredMessage] {
        guard let redis else { return try await rows(in: queue).map(StoredMessage.init(row:)) }
        var messages: [StoredMessage] = []
        for step in ["", "\u{06}\u{16}3", "\u{06}\u{16}6", "\u{06}\u{16}9"] {
            let list = try await redis.cli("LRANGE", queue + step, "0", "-1")
            messages += try list.split(separator: "\n").reversed().map { line in
                try StoredMessage(envelope: String(line), isDelayed: false)
            }
        }
        let delayed = try await redis.cli("ZRANGE", "tq:delayed:\(queue)", "0", "-1")
        return try messages
            + delayed.split(separator: "\n").map { line in
                try StoredMessage(envelope: String(line), isDelayed: true)
            }
    }

    private func rows(in queue: String) async throws -> [JSONText] {
        let sql = """
            SELECT CAST(headers AS TEXT) AS headers, CAST(properties AS TEXT) AS properties,
                CAST(body AS TEXT) AS body, due
            FROM tasks JOIN messages USING (seq)
            WHERE queue = '\(queue)' AND worker IS NULL ORDER BY due, priority, seq
            """
        return try await query(sql)
    }

    /// What the sqlite3 program reads in the broker's file, a JSON object a row.
    func query(_ sql: String) async throws -> [JSONText] {
        let outcome = try await run(
            "sqlite3",
            "-json",
            "-cmd",
            ".timeout 10000",
            path("tq.db"),
            input: sql
        )
        let output = try outcome.succeeded().outputBytes
        return output.isEmpty ? [] : try #require(JSONText(output).elements)
    }
}
