import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

/// What becomes of leases when clocks are set, and when nobody could renew any for a while.
@Suite("workers that live keep their tasks", .requires(Program.isInstalled("sqlite3"), "sqlite3"))
struct SQLiteOutageTests {
    /// Two workers with a lease, of which the first holds a task.
    private struct Scene {
        let shell: SQLiteShell
        let holder: SQLiteBroker
        let other: SQLiteBroker
        let held: Delivery

        init(_ directory: TemporaryDirectory) throws {
            let path = directory.path("tq.db")
            shell = SQLiteShell(path)
            holder = try SQLiteBroker(path: path, worker: "holder", resultLifetime: nil)
            other = try SQLiteBroker(path: path, worker: "other", resultLifetime: nil)
            for worker in [holder, other] {
                _ = try worker.renewLease(holding: [], serving: [.celery])
            }
            try holder.send([.sample()])
            held = try #require(try holder.receive(from: [.celery], upTo: 1).first)
        }

        /// Both have renewed their leases for an hour.
        func age() async throws {
            try await shell.run("UPDATE workers SET steady_since = steady_since - 3600000000")
        }

        /// The worker has not renewed its lease for so many seconds.
        func silence(_ worker: String = "%", seconds: Int) async throws {
            try await shell.run(
                """
                UPDATE workers SET beat = beat - \(seconds)000000,
                    lease_until = lease_until - \(seconds)000000 WHERE id LIKE '\(worker)'
                """
            )
        }

        func recovered() throws -> [String] { try other.recoverTasks().map(\.worker) }

        func renew(_ worker: SQLiteBroker) throws -> Bool {
            try worker.renewLease(holding: [], serving: [.celery])
        }
    }

    @Test("when nobody could renew a lease for a while, and nothing counts as a loss")
    func outage() async throws {
        try await TemporaryDirectory.with { directory in
            let scene = try Scene(directory)
            try await scene.age()
            try await scene.silence(seconds: 25)
            // Who is back first finds the other silent, and does not take it for dead.
            #expect(try scene.renew(scene.other))
            #expect(try scene.recovered().isEmpty)
            #expect(try scene.renew(scene.holder))
            #expect(try scene.recovered().isEmpty)
            let losses = try await scene.shell.run("SELECT losses FROM tasks")
            #expect(losses.map(\.text) == [#"{"losses":0}"#])
            #expect(try scene.holder.finish([scene.held.finished()]).isEmpty)
        }
    }

    @Test("but not one that stays silent afterwards")
    func silent() async throws {
        try await TemporaryDirectory.with { directory in
            let scene = try Scene(directory)
            try await scene.silence(seconds: 25)
            #expect(try scene.renew(scene.other))
            #expect(try scene.recovered().isEmpty)
            // Ten seconds later.
            try await scene.shell.run(
                "UPDATE workers SET steady_since = steady_since - 11000000 WHERE id = 'other'"
            )
            #expect(try scene.recovered() == ["holder"])
            let lost = try scene.holder.finish([scene.held.finished()])
            #expect(lost.map(\.tag) == [scene.held.tag])
        }
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
            try await scene.age()
            for seconds in [3_600, 1_000_000_000] {
                // As it looks to who sees the new time.
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
            try await scene.shell.run("UPDATE workers SET clock = 'another' WHERE id = 'holder'")
            #expect(try scene.recovered().isEmpty)
            try await scene.shell.run("UPDATE workers SET lease_until = 1 WHERE id = 'holder'")
            #expect(try scene.recovered() == ["holder"])
        }
    }
}
