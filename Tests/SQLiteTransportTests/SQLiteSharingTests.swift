import Glibc
import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite("SQLite's file, shared", .requires(Program.isInstalled("sqlite3"), "sqlite3"))
struct SQLiteSharingTests {
    @Test("ten processes send and four take at once, on a file that none has made before")
    func manyProcesses() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            await withTaskGroup { group in
                for _ in 0..<4 { group.addTask { await Self.takeInProcess(path) } }
                for _ in 0..<10 { group.addTask { await Self.sendInProcess(path) } }
            }
            let rows = try await SQLiteShell(path).run(
                "SELECT state, count(*) AS n FROM result GROUP BY 1"
            )
            #expect(rows.map(\.text) == [#"{"state":"SUCCESS","n":500}"#])
        }
    }

    /// Sends 50 tasks.
    private static func sendInProcess(_ path: String) async {
        await #expect(processExitsWith: .success) { [path] in
            let broker = try SQLiteBroker(path: path, worker: "", resultLifetime: nil)
            for _ in 0..<50 { try broker.send([.sample()]) }
        }
    }

    /// Takes 125 tasks, as soon as they come, and finishes them.
    private static func takeInProcess(_ path: String) async {
        await #expect(processExitsWith: .success) { [path] in
            let broker = try SQLiteBroker(path: path, worker: "\(getpid())", resultLifetime: nil)
            let deadline = Instant.now + .seconds(60)
            var count = 0
            while count < 125, Instant.now < deadline {
                for delivery in try broker.receive(from: [.celery], upTo: 1) {
                    let id = try #require(try delivery.message().headers[key: "id"]?.string)
                    let finished = FinishedTask(delivery, result: .success(TaskID(id)))
                    #expect(try broker.finish([finished]).isEmpty)
                    count += 1
                }
            }
            #expect(count == 125)
        }
    }

    @Test("twelve open a file at once that none has made before")
    func opening() async throws {
        for _ in 0..<5 {
            try await TemporaryDirectory.with { directory in
                let path = directory.path("tq.db")
                try await withThrowingTaskGroup { group in
                    for _ in 0..<12 {
                        group.addTask {
                            try await onThread {
                                let broker = try SQLiteBroker(
                                    path: path,
                                    worker: "",
                                    resultLifetime: nil
                                )
                                try broker.send([.sample()])
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let broker = try SQLiteBroker(path: path, worker: "", resultLifetime: nil)
                #expect(try broker.count(waitingIn: .celery) == 12)
            }
        }
    }

    @Test("a process that is killed amid a transaction leaves nothing of it")
    func killedWriter() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let broker = try SQLiteBroker(path: path, worker: "worker", resultLifetime: nil)
            try broker.send([.sample()])
            // So small a cache that it writes to the file before it commits.
            let sql = """
                PRAGMA cache_size=2;
                BEGIN IMMEDIATE;
                DELETE FROM tasks;
                INSERT INTO dead_letters
                    (queue, reason, losses, died_at, headers, properties, content_type, body)
                    SELECT 'celery', 'half', 0, 0, '', '', '', randomblob(20000)
                    FROM json_each('[1,2,3,4,5,6,7,8,9]');
                SELECT 'half-way';

                """
            try await withProcess("sqlite3", path, input: sql, keepsInputOpen: true) { shell in
                try await shell.waitUntilPrinted("half-way")
                shell.signal(SIGKILL)
                try await shell.waitForExit()
            }
            #expect(try broker.receive(from: [.celery], upTo: 10).count == 1)
            let shell = SQLiteShell(path)
            #expect(try await shell.deadLetters(of: .celery).isEmpty)
            let check = try await shell.run("PRAGMA integrity_check").first
            #expect(check?[key: "integrity_check"]?.string == "ok")
        }
    }

    @Test("another connection of the same worker finishes what the first has taken")
    func reconnecting() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let first = try SQLiteBroker(path: path, worker: "worker", resultLifetime: nil)
            let second = try SQLiteBroker(path: path, worker: "worker", resultLifetime: nil)
            let stranger = try SQLiteBroker(path: path, worker: "stranger", resultLifetime: nil)
            try first.send([.sample()])
            let delivery = try #require(try first.receive(from: [.celery], upTo: 1).first)
            let finished = FinishedTask(delivery, result: nil)
            #expect(try stranger.finish([finished]).map(\.tag) == [delivery.tag])
            #expect(try second.finish([finished]).isEmpty)
        }
    }
}
