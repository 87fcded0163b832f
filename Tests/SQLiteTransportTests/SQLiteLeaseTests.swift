import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite("workers' leases in SQLite", .requires(Program.isInstalled("sqlite3"), "sqlite3"))
struct SQLiteLeaseTests {
    private func broker(_ path: String, _ worker: String) throws -> SQLiteBroker {
        try SQLiteBroker(path: path, worker: worker, resultLifetime: nil)
    }

    /// Lets a worker's lease run out, and its process end.
    private func kill(_ worker: String, in path: String) async throws {
        try await SQLiteShell(path).kill(worker)
    }

    @Test("a worker that was taken for dead does not send its retry, nor tell how far it has come")
    func sendsNothing() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let paused = try broker(path, "paused")
            let message = OutgoingMessage.sample()
            try paused.send([message])
            let delivery = try #require(try paused.receive(from: [.celery], upTo: 1).first)
            try await kill("paused", in: path)
            _ = try broker(path, "live").recoverTasks()
            let record = StoredResult(id: message.id, state: .progress, result: .null)
            let lost = try paused.report([ProgressReport(delivery, result: record)])
            #expect(lost.map(\.tag) == [delivery.tag])
            let again = [nil, Timestamp.now() + .seconds(60)].map { eta in
                OutgoingMessage.sample(id: message.id, eta: eta)
            }
            let retry = StoredResult(id: message.id, state: .retry, result: .null)
            let finished = delivery.finished(retry, next: again)
            #expect(try paused.finish([finished]).map(\.tag) == [delivery.tag])
            let backend = try SQLiteResultBackend(path: path, resultLifetime: nil)
            #expect(try backend.fetch([message.id]) == [.pending])
            let rows = try await SQLiteShell(path).run("SELECT count(*) FROM tasks")
            #expect(rows.first?[key: "count(*)"]?.integer == 1)
        }
    }
}
