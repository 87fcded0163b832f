import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

/// What somebody may have written into the file by other programs: each number of each table.
@Suite(
    "numbers at their limits in an SQLite file",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .timeLimit(.minutes(60))
)
struct SQLiteNumbersTests {
    @Test("keep no worker from other tasks", arguments: [Int64.max, .min, -1])
    func limits(_ number: Int64) async throws {
        for column in try await Self.columns() {
            try await TemporaryDirectory.with { directory in
                let path = directory.path("tq.db")
                try Self.fill(path)
                try await SQLiteShell(path).run(
                    "UPDATE \(column.table) SET \(column.name) = \(number)"
                )
                try Self.useAll(path)
                let broker = try SQLiteBroker(path: path, worker: "other", resultLifetime: nil)
                let other = OutgoingMessage.sample()
                try broker.send([other])
                var taken: [TaskID] = []
                for _ in 0..<4 {
                    for delivery in try broker.receive(from: [.celery], upTo: 9) {
                        taken.append(try delivery.taskID())
                        _ = try broker.finish([delivery.finished()])
                    }
                }
                #expect(taken.contains(other.id), "\(column.table).\(column.name)")
            }
        }
    }

    /// All that hold a number, but for those that name a row.
    private static func columns() async throws -> [(table: String, name: String)] {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            try fill(path)
            let rows = try await SQLiteShell(path).run(
                """
                SELECT tables.name AS table_name, columns.name AS name FROM sqlite_master tables,
                    pragma_table_info(tables.name) columns
                WHERE tables.type = 'table' AND columns.type = 'INTEGER' AND columns.pk = 0
                """
            )
            let found = try rows.map { row in
                try (#require(row[key: "table_name"]?.string), #require(row[key: "name"]?.string))
            }
            #expect(found.count > 25)
            return found
        }
    }

    private static let lease = BeatLease(group: "g", holder: "h")
    private static let entry = BeatRegistration(
        name: "e",
        fingerprint: "f",
        schedule: "every 2s",
        task: OutgoingMessage.sample().task
    )

    /// A row in each table.
    private static func fill(_ path: String) throws {
        let broker = try SQLiteBroker(path: path, worker: "dead", resultLifetime: .seconds(60))
        _ = try broker.renewLease(holding: [], serving: [.celery])
        let later = Timestamp.now() + .seconds(600)
        try broker.send(OutgoingMessage.samples(5) + [.sample(eta: later)])
        let held = try broker.receive(from: [.celery], upTo: 3)
        _ = try broker.finish([held[0].finished()])
        _ = try broker.deadLetter([DeadLetter(held[1], reason: "broken", id: try held[1].taskID())])
        try broker.revoke([.next()], for: .seconds(600))
        _ = try broker.setPaused(try .named("paused"), true)
        _ = try broker.take(lease)
        _ = try broker.register([entry], at: .now())
        _ = try broker.fire([firing()], under: lease)
    }

    private static func firing() -> BeatFiring {
        BeatFiring(entry: "e", instant: .now() + .seconds(60), most: 9, message: .sample())
    }

    /// What programs do with all that; it may be refused.
    private static func useAll(_ path: String) throws {
        let broker = try SQLiteBroker(path: path, worker: "w", resultLifetime: .seconds(60))
        _ = try? broker.renewLease(holding: [], serving: [.celery])
        _ = try? broker.recoverTasks()
        _ = try? broker.summaries(of: [.celery])
        _ = try? broker.workers()
        _ = try? broker.runningTasks()
        _ = try? broker.requeueAllBut([])
        for letter in try broker.deadLetters(
            of: .celery,
            skipping: 0,
            upTo: 9,
            includingMessages: true
        ) {
            _ = try? broker.retry(letter)
        }
        _ = try? broker.beatEntries()
        _ = try? broker.take(lease)
        _ = try? broker.register([entry], at: .now())
        _ = try? broker.fire([firing()], under: lease)
        _ = try? broker.liveVersion()
        _ = try? broker.liveEntries()
        _ = try? broker.find([.next()])
        let results = try SQLiteResultBackend(path: path, resultLifetime: .seconds(60))
        _ = try? results.fetch([.next()])
        try results.store([.success(.next())])
    }
}
