import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

/// What becomes of leases when clocks are set, processes end and the machine starts again.
@Suite("workers that live keep their tasks", .requires(Program.isInstalled("sqlite3"), "sqlite3"))
struct SQLiteOutageTests {
    /// Two workers with a lease, of which the first holds a task.
    private struct Scene {
        let shell: SQLiteShell
        let holder: SQLiteBroker
        let other: SQLiteBroker

        init(_ directory: TemporaryDirectory) throws {
            let path = directory.path("tq.db")
            shell = SQLiteShell(path)
            holder = try SQLiteBroker(path: path, worker: "holder", resultLifetime: nil)
            other = try SQLiteBroker(path: path, worker: "other", resultLifetime: nil)
            for worker in [holder, other] {
                _ = try worker.renewLease(holding: [], serving: [.celery])
            }
            try holder.send([.sample()])
            #expect(try holder.receive(from: [.celery], upTo: 1).count == 1)
        }

        func recovered() throws -> [String] { try other.recoverTasks().map(\.worker) }
    }

    @Test("of which the process has ended, there is nothing to wait for")
    func ended() async throws {
        try await TemporaryDirectory.with { directory in
            let scene = try Scene(directory)
            try await scene.shell.kill("holder")
            #expect(try scene.recovered() == ["holder"])
        }
    }

    @Test("when the clock on the wall is set forward, by an hour or by years")
    func forward() async throws {
        try await TemporaryDirectory.with { directory in
            let scene = try Scene(directory)
            try await scene.shell.age(seconds: 3_600)
            for seconds in [3_600, 1_000_000_000] {
                // A busy machine may have taken longer than a lease so far.
                _ = try scene.holder.renewLease(holding: [], serving: [.celery])
                // As it looks when the new time is seen.
                try await scene.shell.run(
                    "UPDATE workers SET lease_until = lease_until - \(seconds)000000"
                )
                #expect(try scene.recovered().isEmpty)
            }
        }
    }

    @Test("and when it is set back, the dead are found all the same")
    func back() async throws {
        try await TemporaryDirectory.with { directory in
            let scene = try Scene(directory)
            try await scene.shell.kill("holder")
            try await scene.shell.run("UPDATE workers SET lease_until = lease_until + 3600000000")
            #expect(try scene.recovered() == ["holder"])
        }
    }

    @Test("of another start of the machine there are none")
    func restart() async throws {
        try await TemporaryDirectory.with { directory in
            let scene = try Scene(directory)
            // A busy machine may take longer than a lease.
            try await scene.shell.run(
                """
                UPDATE workers SET clock = 'another', lease_until = lease_until + 3600000000
                WHERE id = 'holder'
                """
            )
            #expect(try scene.recovered().isEmpty)
            try await scene.shell.run("UPDATE workers SET lease_until = 1 WHERE id = 'holder'")
            #expect(try scene.recovered() == ["holder"])
        }
    }
}
