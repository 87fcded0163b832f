import TaskQueue
import TestSupport
import Testing

/// What the sqlite3 program sees in a file: another eye than ours.
struct SQLiteShell: Sendable {
    private let path: String

    init(_ path: String) {
        self.path = path
    }

    /// Runs SQL; only one of the statements may have rows.
    ///
    /// - Returns: the rows as JSON objects.
    /// - Throws: ``ProcessError/failed(_:)`` when SQLite reports an error.
    @discardableResult
    func run(_ sql: String) async throws -> [JSONText] {
        let arguments = ["-bail", "-json", "-cmd", ".timeout 10000", path]
        let outcome = try await TestSupport.run(
            "sqlite3",
            arguments: arguments,
            input: Array(sql.utf8)
        )
        let output = try outcome.succeeded().outputBytes
        return output.isEmpty ? [] : try #require(JSONText(output).elements)
    }

    /// Lets a worker's lease run out, and its process have ended.
    func kill(_ worker: String) async throws {
        try await run(
            """
            UPDATE workers SET lease_until = 1, beat = beat - 60000000,
                process = substr(process, 1, instr(process, ' ')) || '999999999'
            WHERE id = '\(worker)'
            """
        )
    }

    /// Lets no worker have renewed its lease for so many seconds, though their processes live.
    func silence(seconds: Int) async throws {
        try await run(
            """
            UPDATE workers SET beat = beat - \(seconds)000000,
                lease_until = lease_until - \(seconds)000000
            """
        )
    }

    /// Lets those that have renewed their leases have done so for so many seconds more without a gap.
    func age(seconds: Int) async throws {
        try await run("UPDATE workers SET steady_since = steady_since - \(seconds)000000")
    }

    /// What the contract does to leases.
    var leases: LeaseControl {
        LeaseControl(
            expire: kill,
            beginOutage: {
                try await age(seconds: 3_600)
                try await silence(seconds: 25)
            },
            endOutage: { try await age(seconds: 11) }
        )
    }

    /// The dead letters of a queue, the oldest first.
    func deadLetters(of queue: QueueName) async throws -> [FoundDeadLetter] {
        let rows = try await run(
            """
            SELECT id, task, reason, content_type, hex(headers) AS headers,
                hex(properties) AS properties, hex(body) AS body
            FROM dead_letters WHERE queue = '\(queue.text)' ORDER BY seq
            """
        )
        return try rows.map { row in
            FoundDeadLetter(
                id: row[key: "id"]?.string,
                task: row[key: "task"]?.string,
                reason: try #require(row[key: "reason"]?.string),
                content: .parts(
                    headers: try Self.bytes(row, "headers"),
                    properties: try Self.bytes(row, "properties"),
                    body: try Self.bytes(row, "body"),
                    contentType: try #require(row[key: "content_type"]?.string)
                )
            )
        }
    }

    private static func bytes(_ row: JSONText, _ column: String) throws -> [UInt8] {
        let digits = Array(try #require(row[key: column]?.string).utf8)
        return try stride(from: 0, to: digits.count, by: 2).map { index in
            try #require(
                UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16)
            )
        }
    }
}
