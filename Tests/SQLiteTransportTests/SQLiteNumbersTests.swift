import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

/// What somebody may have written into the file by other programs.
@Suite(
    "numbers at their limits in an SQLite file",
    .requires(Program.isInstalled("sqlite3"), "sqlite3")
)
struct SQLiteNumbersTests {
    private static let columns = [
        "priority", "due", "delivery", "losses", "expects_result", "sent_at", "ready_at",
        "taken_at",
        "expires", "unique_until", "redelivered",
    ]

    @Test(
        "keep no worker from other tasks",
        arguments: columns,
        [Int64.max, .min, -1]
    )
    func limits(_ column: String, _ number: Int64) async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let broker = try SQLiteBroker(path: path, worker: "w", resultLifetime: nil)
            try broker.send([.sample()])
            try await SQLiteShell(path).run("UPDATE tasks SET \(column) = \(number)")
            let other = OutgoingMessage.sample()
            try broker.send([other])
            var taken: [TaskID] = []
            for _ in 0..<3 {
                for delivery in try broker.receive(from: [.celery], upTo: 9) {
                    taken.append(try delivery.taskID())
                    _ = try broker.finish([delivery.finished()])
                }
            }
            #expect(taken.contains(other.id))
            _ = try broker.summaries(of: [.celery])
            _ = try broker.runningTasks()
        }
    }
}
