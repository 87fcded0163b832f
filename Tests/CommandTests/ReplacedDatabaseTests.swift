import Glibc
import TestSupport
import Testing

/// What programs do whose SQLite file is taken away from under them.
@Suite(
    "an SQLite file that is removed or replaced",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .timeLimit(.minutes(60))
)
struct ReplacedDatabaseTests {
    private static let changes = [
        "rm -f s/q.db s/q.db-wal s/q.db-shm", "rm -r s", "mv s old", "mv s/q.db old.db",
        "tq-send -b sqlite:new.db t new; mv new.db s/q.db; rm -f new.db-*",
    ]

    private static func with(_ body: (Workplace, [String: String?]) async throws -> Void)
        async throws
    {
        let settings = "[beat_schedule.x]\ntask = 'tick'\nschedule = 'every 1s'\n"
        let tasks = ["t": "echo $1 >>ran", "tick": "true"]
        try await Workplace.with(settings: settings, tasks: tasks) { place in
            try await body(place, ["TQ_BROKER_URL": "sqlite:\(place.path("s/q.db"))"])
        }
    }

    @Test("is noticed by a worker, which serves the one that is there then", arguments: changes)
    func worker(_ change: String) async throws {
        try await Self.with { place, environment in
            try await place.withProgram("tq-work", environment: environment) { worker in
                try await place.shell("tq-send t first", environment: environment).succeeded()
                try await eventually { place.lines("ran") == ["first"] }
                try await place.shell(change, environment: environment).succeeded()
                try await place.shell("tq-send t second", environment: environment).succeeded()
                try await eventually(timeout: .seconds(20)) {
                    place.lines("ran").contains("second")
                }
                #expect(worker.errorsSoFar.contains("while it was open"))
                // Its heartbeat is there too.
                try await eventually(timeout: .seconds(20)) {
                    let listed = try await place.shell("tq-ctl workers", environment: environment)
                    return listed.output.contains("celery")
                }
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
            }
        }
    }

    @Test(
        "is not sent to by tq-beat, which goes on with the one that is there then",
        arguments: changes
    )
    func beat(_ change: String) async throws {
        try await Self.with { place, environment in
            let count =
                "sqlite3 -cmd '.timeout 10000' s/q.db \"SELECT count(*) FROM tasks WHERE task = 'tick'\""
            func sent() async throws -> Int {
                let outcome = try await place.shell(count, environment: environment)
                return Int(outcome.output.trimmedLine) ?? 0
            }
            try await place.withProgram("tq-beat", environment: environment) { beat in
                try await eventually(timeout: .seconds(20)) { try await sent() > 0 }
                try await place.shell(change, environment: environment).succeeded()
                try await eventually(timeout: .seconds(20)) { try await sent() > 0 }
                try await beat.waitUntilPrinted("while it was open")
            }
        }
    }

    @Test("ends a wait for what was in it; one for what the new file knows goes on")
    func waiter() async throws {
        try await Self.with { place, environment in
            let sent = try await place.shell("tq-send t; tq-send t", environment: environment)
            let ids = try sent.succeeded().lines
            let copy = "sqlite3 s/q.db '.backup copy.db'; tq-send x"
            let late = try await place.shell(copy, environment: environment).succeeded().lines
            let lost = try #require(late.last)
            try await place.withProgram("tq-result --wait \(lost)", environment: environment) {
                hopeless in
                let line = "tq-result --wait \(ids[0])"
                try await place.withProgram(line, environment: environment) { waiter in
                    // Both wait: they have the file open.
                    for process in [hopeless, waiter] {
                        try await eventually {
                            let files = try await place.shell("ls -l /proc/\(process.processID)/fd")
                            return files.output.contains("inotify")
                        }
                    }
                    try await place.shell("mv copy.db s/q.db").succeeded()
                    #expect(try await hopeless.waitForExit() == .exited(69))
                    #expect(hopeless.errorsSoFar.contains("does not know task \(lost)"))
                    let work = "tq-work --burst"
                    try await place.shell(work, environment: environment).succeeded()
                    #expect(try await waiter.waitForExit() == .exited(0))
                }
            }
        }
    }

    @Test("is not sent to by tq-send, which says so")
    func sender() async throws {
        try await Self.with { place, environment in
            try await place.withProgram(
                "tq-send --lines t -",
                keepsInputOpen: true,
                environment: environment
            ) { sender in
                sender.write("first\n")
                try await eventually { sender.outputSoFar.contains("\n") }
                try await place.shell("rm s/*").succeeded()
                sender.write("second\n")
                sender.closeInput()
                #expect(try await sender.waitForExit() == .exited(0))
                #expect(sender.errorsSoFar.contains("what is sent from now on goes to"))
            }
            try await place.shell("tq-work --burst", environment: environment).succeeded()
            #expect(place.lines("ran") == ["second"])
        }
    }

    @Test(
        "in one of the files beside it is noticed, and nothing is spoiled",
        arguments: ["wal", "shm"]
    )
    func companion(_ name: String) async throws {
        try await Self.with { place, environment in
            try await place.withProgram("tq-work", environment: environment) { worker in
                try await place.shell("tq-send t first", environment: environment).succeeded()
                try await eventually { place.lines("ran") == ["first"] }
                try await place.shell("rm s/q.db-\(name)").succeeded()
                try await worker.waitUntilPrinted("q.db-\(name) was removed or replaced")
                try await eventually(timeout: .seconds(20)) {
                    access(place.path("s/q.db-\(name)"), F_OK) == 0
                }
                try await place.shell("tq-send t second", environment: environment).succeeded()
                try await eventually(timeout: .seconds(20)) {
                    place.lines("ran").contains("second")
                }
            }
            let check = try await place.shell("sqlite3 s/q.db 'PRAGMA integrity_check'")
            #expect(check.output == "ok\n")
            #expect(place.lines("ran") == ["first", "second"])
        }
    }
}

extension String {
    /// Without the newline at its end.
    fileprivate var trimmedLine: String { hasSuffix("\n") ? String(dropLast()) : self }
}
