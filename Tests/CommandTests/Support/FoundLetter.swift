import TaskQueue
import TestSupport
import Testing

/// A dead letter that was found in a broker by other means than ours.
struct FoundLetter: Sendable {
    let id: String?
    let task: String?
    let reason: String
    /// The message as it was found, to the byte; `nil` on SQLite, which keeps its parts.
    let message: [UInt8]?

    init(_ record: JSONText) throws {
        id = record[key: "id"]?.string
        task = record[key: "task"]?.string
        reason = try #require(record[key: "reason"]?.string)
        message = record[key: "message"]?.string.flatMap { Base64.decode($0.utf8) }
    }
}

extension Workplace {
    /// The dead letters of a queue, the oldest first.
    func deadLetters(of queue: String = "celery") async throws -> [FoundLetter] {
        guard let redis else {
            let sql = "SELECT id, task, reason FROM dead WHERE queue = '\(queue)' ORDER BY seq"
            return try await query(sql).map(FoundLetter.init)
        }
        let records = try await redis.cli("ZRANGE", "tq:dead:\(queue)", "0", "-1")
        return try records.split(separator: "\n").map { line in
            try FoundLetter(JSONText(line.utf8))
        }
    }
}
