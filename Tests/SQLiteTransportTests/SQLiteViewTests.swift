import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite("SQLite's views, in the sqlite3 shell", .requires(Program.isInstalled("sqlite3"), "sqlite3"))
struct SQLiteViewTests {
    @Test("queue shows what waits and what runs, and by whom")
    func queue() async throws {
        try await Self.with { broker, shell in
            let messages = [OutgoingMessage.sample(), .sample(priority: 3)]
            try broker.send(messages)
            _ = try broker.receive(from: [.celery], upTo: 1)
            let rows = try await shell.run("SELECT * FROM queue")
            #expect(rows.map { $0[key: "id"]?.string } == messages.map(\.id.text))
            #expect(rows.map { $0[key: "state"]?.string } == ["running", "waiting"])
            #expect(rows.map { $0[key: "worker"]?.string } == ["worker", nil])
            #expect(rows.map { $0[key: "priority"]?.integer } == [0, 3])
            #expect(rows[0][key: "task"]?.string == "demo.add")
            #expect(rows[0][key: "queue"]?.string == "celery")
            #expect(rows[0][key: "body"]?.string?.hasPrefix("[[],{},") == true)
            #expect(rows[0][key: "sent_at"]?.string?.hasPrefix("20") == true)
        }
    }

    @Test("delayed shows what is to come, the next first")
    func delayed() async throws {
        try await Self.with { broker, shell in
            let due = Timestamp(microseconds: 4_102_444_800_000_000)
            let messages = [OutgoingMessage.sample(eta: due + .seconds(1)), .sample(eta: due)]
            try broker.send(messages)
            let rows = try await shell.run("SELECT id, due FROM delayed")
            #expect(rows.map { $0[key: "id"]?.string } == messages.reversed().map(\.id.text))
            #expect(rows.first?[key: "due"]?.string == "2100-01-01 00:00:00")
            #expect(try await shell.run("SELECT * FROM queue").isEmpty)
        }
    }

    @Test("dead shows what could not be run, and why")
    func dead() async throws {
        try await Self.with { broker, shell in
            let message = OutgoingMessage.sample()
            try broker.send([message])
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            let letter = DeadLetter(
                delivery,
                reason: "no such task",
                id: message.id,
                task: message.task
            )
            #expect(try broker.deadLetter([letter]).isEmpty)
            let rows = try await shell.run("SELECT * FROM dead")
            #expect(rows.count == 1)
            #expect(rows.first?[key: "reason"]?.string == "no such task")
            #expect(rows.first?[key: "id"]?.string == message.id.text)
            #expect(rows.first?[key: "losses"]?.integer == 0)
        }
    }

    @Test("result shows states and values")
    func result() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let backend = try SQLiteResultBackend(path: path, resultLifetime: .seconds(86_400))
            let failure = StoredResult.failure(.next())
            try backend.store([.success(TaskID("five"), JSONText(string: "grüße")), failure])
            let rows = try await SQLiteShell(path).run("SELECT * FROM result ORDER BY state DESC")
            #expect(rows.map { $0[key: "state"]?.string } == ["SUCCESS", "FAILURE"])
            #expect(rows.first?[key: "id"]?.string == "five")
            #expect(rows.first?[key: "result"]?.string == "grüße")
            #expect(rows.last?[key: "traceback"]?.string == "on stderr\n")
            #expect(rows.first?[key: "expires_at"]?.string?.hasPrefix("20") == true)
        }
    }

    private static func with(
        _ body: (SQLiteBroker, SQLiteShell) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let broker = try SQLiteBroker(path: path, worker: "worker", resultLifetime: nil)
            try await body(broker, SQLiteShell(path))
        }
    }
}
