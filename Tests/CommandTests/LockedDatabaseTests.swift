import Glibc
import TestSupport
import Testing

/// What programs do while another one holds the lock of their SQLite file.
@Suite(
    "a locked SQLite file",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .timeLimit(.minutes(60))
)
struct LockedDatabaseTests {
    /// How the sqlite3 program locks it: for writers, or for all.
    private static let locks = [
        "BEGIN IMMEDIATE;", "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;",
    ]

    /// Lends `body` the sqlite3 program that holds the lock, until its input is closed.
    private func withLock(
        _ lock: String,
        in place: Workplace,
        _ body: (Spawned) async throws -> Void
    ) async throws {
        let input = ".timeout 10000\n\(lock)\nSELECT 'lock' || 'ed';\n"
        try await place.withProgram("sqlite3 tq.db", input: input, keepsInputOpen: true) { shell in
            try await shell.waitUntilPrinted("locked")
            try await body(shell)
        }
    }

    @Test("does not keep --timeout from being kept", arguments: locks)
    func timeout(_ lock: String) async throws {
        try await Workplace.with { place in
            let id = try await place.send("t")
            try await withLock(lock, in: place) { _ in
                async let waiting = place.result(id, "--wait", "--timeout", "2")
                async let sending = place.shell("tq-send --wait --timeout 2 t")
                for outcome in [try await waiting, try await sending] {
                    #expect(outcome.status == .exited(124), "\(outcome)")
                    #expect(outcome.duration > .seconds(1.5) && outcome.duration < .seconds(10))
                    #expect(outcome.errors.contains("--timeout sets the time"))
                }
            }
        }
    }

    @Test("lets a worker be stopped that has just started", arguments: locks)
    func stopStarting(_ lock: String) async throws {
        try await Workplace.with(tasks: ["t": "true"]) { place in
            _ = try await place.send("--queue", "other", "t")
            try await withLock(lock, in: place) { _ in
                try await place.withWorker { worker in
                    try await worker.waitUntilPrinted("another program holds its lock")
                    worker.signal(SIGTERM)
                    try await worker.waitForExit(timeout: .seconds(20))
                }
            }
        }
    }

    @Test("lets a worker be stopped that waits for tasks")
    func stop() async throws {
        try await Workplace.with(tasks: ["t": "true"]) { place in
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("takes tasks")
                try await withLock("BEGIN IMMEDIATE;", in: place) { _ in
                    try await worker.waitUntilPrinted("another program holds its lock")
                    worker.signal(SIGTERM)
                    try await worker.waitForExit(timeout: .seconds(20))
                }
            }
        }
    }

    @Test("is given up by what only sends or looks, which names the lock")
    func givenUp() async throws {
        try await Workplace.with(settings: "") { place in
            _ = try await place.send("t")
            try await withLock("BEGIN IMMEDIATE;", in: place) { _ in
                let once = "echo '@daily t' | tq-beat --once --crontab /dev/stdin"
                async let sent = place.shell("tq-send t")
                async let paused = place.shell("tq-ctl pause q")
                async let beat = place.shell(once)
                for outcome in [try await sent, try await paused, try await beat] {
                    #expect(outcome.status == .exited(69), "\(outcome)")
                    #expect(outcome.duration < .seconds(50))
                    #expect(outcome.errors.contains("database is locked: another program holds"))
                }
            }
        }
    }

    @Test("for longer than leases last ends none of them: no task runs twice")
    func leases() async throws {
        let long = "echo $1 >>ran; while ! test -e go; do sleep 0.05; done"
        try await Workplace.with(tasks: ["long": long]) { place in
            for name in ["a", "b"] { _ = try await place.send("long", name) }
            try await place.withWorker("-c 1 -n w1") { first in
                try await place.withWorker("-c 1 -n w2") { second in
                    try await eventually { place.lines("ran").count == 2 }
                    try await withLock("BEGIN IMMEDIATE;", in: place) { shell in
                        // Longer than a lease.
                        try await Task.sleep(for: .seconds(13))
                        shell.closeInput()
                        try await shell.waitForExit()
                    }
                    // Nothing is to happen while both renew their leases, and look for dead workers.
                    try await Task.sleep(for: .seconds(6))
                    try place.write("", to: "go")
                    _ = try await place.shell("tq-send --wait long c")
                    #expect(
                        place.lines("ran") == ["a", "b", "c"]
                            || place.lines("ran") == ["b", "a", "c"]
                    )
                    for worker in [first, second] {
                        #expect(!worker.errorsSoFar.contains("were put back"))
                    }
                }
            }
        }
    }
}
