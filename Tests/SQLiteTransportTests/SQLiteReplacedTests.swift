import Glibc
import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite(
    "an SQLite file that is taken away from under its users",
    .requires(Program.isInstalled("sqlite3"), "sqlite3")
)
struct SQLiteReplacedTests {
    private func broker(_ path: String, _ worker: String = "w") throws -> SQLiteBroker {
        try SQLiteBroker(path: path, worker: worker, resultLifetime: nil)
    }

    /// Whether a call finds that the file is not the one any more that was opened.
    private func findsChange(_ body: () throws(BrokerError) -> Void) -> Bool {
        do throws(BrokerError) { try body() } catch {
            if case .fileChanged = error { return true }
        }
        return false
    }

    @Test("is not written to, and what was held from it is nothing in the next one")
    func removed() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let old = try broker(path)
            try old.send([.sample()])
            let held = try #require(try old.receive(from: [.celery], upTo: 1).first)
            try await run("sh", "-c", "rm \(path)*").succeeded()
            #expect(findsChange { () throws(BrokerError) in try old.send([.sample()]) })
            #expect(findsChange { () throws(BrokerError) in _ = try old.count(waitingIn: .celery) })
            // The same worker takes the same row of another file.
            let new = try broker(path)
            try new.send([.sample()])
            let other = try #require(try new.receive(from: [.celery], upTo: 1).first)
            #expect(try new.finish([held.finished()]).map(\.tag) == [held.tag])
            #expect(try new.finish([other.finished()]).isEmpty)
        }
    }

    @Test("leaves nothing beside the next one, and keeps itself what was written")
    func moved() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let old = try broker(path)
            try old.send([.sample()])
            #expect(rename(path, directory.path("old.db")) == 0)
            #expect(findsChange { () throws(BrokerError) in try old.send([.sample()]) })
            // Who opens the path finds no task of the old file.
            let new = try broker(path)
            #expect(try new.count(waitingIn: .celery) == 0)
            try new.send(OutgoingMessage.samples(2))
            for (file, count) in [("old.db", "1"), ("tq.db", "2")] {
                let shell = SQLiteShell(directory.path(file))
                let tasks = try await shell.run("SELECT count(*) AS n FROM tasks")
                #expect(tasks.map(\.text) == ["{\"n\":\(count)}"])
                let check = try await shell.run("PRAGMA integrity_check")
                #expect(check.map(\.text) == [#"{"integrity_check":"ok"}"#])
            }
        }
    }

    @Test("is noticed behind a link that leads elsewhere, and in a folder that was moved")
    func link() async throws {
        try await TemporaryDirectory.with { directory in
            for folder in ["one", "two"] { #expect(mkdir(directory.path(folder), 0o700) == 0) }
            let link = directory.path("link")
            #expect(symlink("one", link) == 0)
            let first = try broker("\(link)/tq.db")
            #expect(unlink(link) == 0 && symlink("two", link) == 0)
            #expect(findsChange { () throws(BrokerError) in try first.send([.sample()]) })
            let second = try broker("\(link)/tq.db")
            #expect(rename(directory.path("two"), directory.path("three")) == 0)
            #expect(findsChange { () throws(BrokerError) in try second.send([.sample()]) })
        }
    }
}
