import Glibc
import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite("an SQLite file that others can write")
struct SQLiteTrustTests {
    /// A script that makes what lies at `$DIR/d/q.db`, and why that is not used; `DIR` is the folder.
    struct Row: Sendable, CustomTestStringConvertible {
        let script: String
        let reason: String

        init(_ script: String, _ reason: String) {
            self.script = script
            self.reason = reason
        }

        var testDescription: String { script }
    }

    private static let file = "touch d/q.db; chmod 600 d/q.db"

    private static let refused = [
        Row("mkdir -m 777 d", "others can write DIR/d: chmod o-w it"),
        Row("mkdir d; touch d/q.db; chmod 666 d/q.db", "others can write DIR/d/q.db: chmod o-w it"),
        Row(
            "mkdir -m 777 open; mkdir open/real; ln -s open/real d",
            "others can write DIR/open: chmod o-w it"
        ),
        Row(
            "mkdir d; \(file); mkfifo d/q.db-wal",
            "DIR/d/q.db-wal is not a regular file: remove it"
        ),
        Row(
            "mkdir d; \(file); ln -s /nowhere d/q.db-shm",
            "DIR/d/q.db-shm is not a regular file: remove it"
        ),
        Row(
            "mkdir d; \(file); touch d/q.db-journal; chmod 666 d/q.db-journal",
            "others can write DIR/d/q.db-journal: chmod o-w it"
        ),
    ]

    /// Only root may give files away.
    private static let foreign = [
        Row(
            "mkdir -m 1777 d; touch d/q.db; chmod 600 d/q.db; chown nobody d/q.db",
            "DIR/d/q.db belongs to nobody, who may change it: chown root it"
        ),
        Row(
            "mkdir -m 1777 d; ln -s DIR/made d/q.db; chown -h nobody d/q.db",
            "DIR/d/q.db belongs to nobody, who may change it: chown root it"
        ),
        Row(
            "mkdir -m 1777 d; \(file); touch d/q.db-wal; chmod 600 d/q.db-wal; chown nobody d/q.db-wal",
            "DIR/d/q.db-wal belongs to nobody, who may change it: chown root it"
        ),
    ]

    private static let used = [
        "mkdir -m 1777 d",
        "mkdir d; ln -s DIR/own.db d/q.db",
        "mkdir d; touch own.db; chmod 600 own.db; ln -s ../own.db d/q.db",
        "mkdir -m 2770 d; touch d/q.db; chmod 660 d/q.db",
    ]

    private func open(_ script: String, in directory: TemporaryDirectory) async throws
        -> BrokerError?
    {
        let script = script.replacing("DIR", with: directory.path)
        try await run("sh", "-c", "umask 022; cd \(directory.path); \(script)").succeeded()
        do throws(BrokerError) {
            let path = directory.path("d/q.db")
            try SQLiteBroker(path: path, worker: "", resultLifetime: nil).send([.sample()])
            return nil
        } catch {
            return error
        }
    }

    @Test("is not used, nor one that somebody else has put there", arguments: refused)
    func refuses(_ row: Row) async throws {
        try await check(row)
    }

    @Test(
        "of another owner is not used in a folder that everybody may write",
        .enabled(if: geteuid() == 0, "only root may give files away"),
        arguments: foreign
    )
    func planted(_ row: Row) async throws {
        try await check(row)
    }

    private func check(_ row: Row) async throws {
        try await TemporaryDirectory.with { directory in
            let error = try await open(row.script, in: directory)
            let url = "sqlite:\(directory.path)/d/q.db"
            let reason = row.reason.replacing("DIR", with: directory.path)
            #expect(error == .misconfigured(url: url, reason: reason))
            // Nothing was made where a link leads.
            #expect(access(directory.path("made"), F_OK) != 0)
        }
    }

    @Test("is another matter than one's own behind a link, or a group's", arguments: used)
    func uses(_ script: String) async throws {
        try await TemporaryDirectory.with { directory in
            let error = try await open(script, in: directory)
            #expect(error == nil)
        }
    }
}
