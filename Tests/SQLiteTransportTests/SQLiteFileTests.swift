import Glibc
import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite("SQLite's file", .requires(Program.isInstalled("sqlite3"), "sqlite3"))
struct SQLiteFileTests {
    @Test("the file and the folders that are made are their owner's alone")
    func modes() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("state/tq/tq.db")
            let broker = try SQLiteBroker(path: path, worker: "", resultLifetime: nil)
            try broker.send([.sample()])
            #expect(Self.mode(directory.path("state")) == 0o700)
            #expect(Self.mode(directory.path("state/tq")) == 0o700)
            for file in [path, "\(path)-wal", "\(path)-shm"] {
                #expect(Self.mode(file) == 0o600, "\(file)")
            }
        }
    }

    @Test("a file of the first version is brought up to date, with what is in it")
    func firstVersion() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let message = OutgoingMessage.sample()
            try SQLiteBroker(path: path, worker: "", resultLifetime: nil).send([message])
            // What version 2 and the later ones added is taken away.
            try await SQLiteShell(path).run(
                "DROP INDEX tasks_by_unique_key; DROP INDEX tasks_suspected"
            )
            let columns = [
                "workers": [
                    "name", "host", "pid", "started_at", "queues", "clock", "beat", "steady_since",
                    "process", "clearing_until",
                ],
                "tasks": [
                    "ready_at", "taken_at", "unique_key", "unique_until", "expires",
                    "redelivered",
                ],
            ]
            for (table, names) in columns {
                for name in names {
                    try await SQLiteShell(path).run("ALTER TABLE \(table) DROP COLUMN \(name)")
                }
            }
            try await SQLiteShell(path).run(
                """
                DROP INDEX dead_letters_by_queue; DROP INDEX dead_letters_by_id;
                DROP TABLE paused; DROP TABLE revoked; DROP TABLE beat_entries; DROP TABLE beat_leases;
                DROP TABLE beat_live; DROP TABLE beat_generation; DROP TABLE deaths;
                DROP TABLE sendings; DROP TABLE installation;
                PRAGMA user_version=1
                """
            )
            let broker = try SQLiteBroker(path: path, worker: "w", resultLifetime: nil)
            let taken = try broker.receive(from: [.celery], upTo: 1)
            #expect(try taken.map { try $0.taskID() } == [message.id])
            #expect(try broker.workers().map(\.held) == [1])
        }
    }

    @Test("a file of the second version is brought up to date, with the entries that it knows")
    func secondVersion() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let task = try #require(TaskName("t"))
            let entry = BeatRegistration(
                name: "e",
                fingerprint: "f",
                schedule: "@daily",
                task: task
            )
            let known = Timestamp.now()
            _ = try SQLiteBroker(path: path, worker: "", resultLifetime: nil)
                .register([entry], at: known)
            // What versions 3 and 4 added is taken away.
            try await SQLiteShell(path).run(
                """
                ALTER TABLE beat_entries DROP COLUMN live;
                DROP TABLE beat_live; DROP TABLE beat_generation; \(Self.withoutVersion4);
                PRAGMA user_version=2
                """
            )
            let broker = try SQLiteBroker(path: path, worker: "", resultLifetime: nil)
            let entries = try broker.beatEntries()
            #expect(entries.map(\.name) == ["e"] && entries.map(\.origin) == [.file])
            #expect(entries.first?.record == BeatRecord(lastFiring: known))
            #expect(try broker.liveVersion() == 0 && broker.liveEntries().isEmpty)
            #expect(try broker.remove(live: "e") == .configured)
        }
    }

    /// Without versions 5 to 7.
    private static let withoutVersion5 = """
        DROP TABLE sendings; DROP TABLE installation;
        DROP INDEX tasks_suspected; DROP TABLE deaths;
        ALTER TABLE tasks DROP COLUMN redelivered; ALTER TABLE workers DROP COLUMN clearing_until
        """
    private static let withoutVersion4 = """
        \(withoutVersion5);
        ALTER TABLE workers DROP COLUMN clock; ALTER TABLE workers DROP COLUMN beat;
        ALTER TABLE workers DROP COLUMN steady_since; ALTER TABLE workers DROP COLUMN process;
        ALTER TABLE tasks DROP COLUMN expires
        """

    @Test(
        "a file of the third version is brought up to date; its worker, which lives, keeps its tasks"
    )
    func thirdVersion() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let old = try SQLiteBroker(path: path, worker: "old", resultLifetime: nil)
            try old.send([.sample()])
            #expect(try old.receive(from: [.celery], upTo: 1).count == 1)
            try await SQLiteShell(path).run("\(Self.withoutVersion4); PRAGMA user_version=3")
            let broker = try SQLiteBroker(path: path, worker: "w", resultLifetime: nil)
            _ = try broker.renewLease(holding: [], serving: [])
            #expect(try broker.recoverTasks().isEmpty)
            #expect(try broker.workers().map(\.held) == [1, 0])
        }
    }

    @Test("a file of a newer tq is refused and left as it is")
    func newerVersion() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            try SQLiteBroker(path: path, worker: "", resultLifetime: nil).send([.sample()])
            try await SQLiteShell(path).run("PRAGMA user_version=99")
            let error = Self.errorOfOpening(path)
            #expect(
                error?.description
                    == "cannot use sqlite:\(path): it is of version 99, made by a newer "
                    + "tq: this one knows 7"
            )
            let version = try await SQLiteShell(path).run("PRAGMA user_version").first
            #expect(version?[key: "user_version"]?.integer == 99)
        }
    }

    @Test(
        "another program's database is refused and left as it is",
        arguments: ["PRAGMA user_version=0", "PRAGMA user_version=1", "PRAGMA application_id=7"]
    )
    func foreignDatabase(mark: String) async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("other.db")
            try await SQLiteShell(path).run("CREATE TABLE t (x); \(mark)")
            let error = Self.errorOfOpening(path)
            #expect(
                error?.description
                    == "cannot use sqlite:\(path): it is a database of another program: "
                    + "name another file"
            )
            let shell = SQLiteShell(path)
            let tables = try await shell.run("SELECT name FROM sqlite_schema")
            #expect(tables.map(\.text) == [#"{"name":"t"}"#])
            let mode = try await shell.run("PRAGMA journal_mode")
            #expect(mode.map(\.text) == [#"{"journal_mode":"delete"}"#])
        }
    }

    @Test("a file that is no database is refused")
    func noDatabase() async throws {
        try await TemporaryDirectory.with { directory in
            let text = String(repeating: "not a database\n", count: 100)
            let path = try directory.write(text, to: "notes.txt")
            let error = Self.errorOfOpening(path)
            #expect(error?.description == "cannot use sqlite:\(path): file is not a database")
            #expect(try directory.text("notes.txt") == text)
        }
    }

    @Test("what cannot be reached is named")
    func unreachable() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("", to: "file")
            let path = directory.path("file/tq.db")
            let reason = "Not a directory"
            #expect(
                Self.errorOfOpening(path) == .unreachable(url: "sqlite:\(path)", reason: reason)
            )
        }
    }

    @Test("a file that may only be read is named, with what to do")
    func readOnly() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            let broker = try SQLiteBroker(path: path, worker: "", resultLifetime: nil)
            try broker.send([.sample()])
            for file in [path, "\(path)-wal", "\(path)-shm"] { chmod(file, 0o444) }
            chmod(directory.path, 0o755)
            let error = try await onThread { () -> BrokerError? in
                try giveUpPrivileges()
                do throws(BrokerError) {
                    try SQLiteBroker(path: path, worker: "", resultLifetime: nil).send([.sample()])
                    return nil
                } catch {
                    return error
                }
            }
            #expect(
                error?.description
                    == "cannot write sqlite:\(path): attempt to write a readonly database: "
                    + "check who can write the file and its folder"
            )
        }
    }

    @Test("a folder is no file, nor is a pipe", arguments: ["mkdir", "mkfifo"])
    func noFile(_ command: String) async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path("tq.db")
            try await run(command, path).succeeded()
            let reason =
                command == "mkdir"
                ? "it is a folder: name a file in it" : "it is not a regular file"
            #expect(
                Self.errorOfOpening(path) == .misconfigured(url: "sqlite:\(path)", reason: reason)
            )
        }
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    private static func errorOfOpening(_ path: String) -> BrokerError? {
        do throws(BrokerError) {
            _ = try SQLiteBroker(path: path, worker: "", resultLifetime: nil)
            return nil
        } catch {
            return error
        }
    }
}

/// Lets root's files be closed to this thread, which is to end soon after.
private func giveUpPrivileges() throws {
    typealias SetID = @convention(c) (uid_t) -> Int32
    let symbol = try #require(dlsym(nil, "setfsuid"))
    _ = unsafeBitCast(symbol, to: SetID.self)(65_534)
}
