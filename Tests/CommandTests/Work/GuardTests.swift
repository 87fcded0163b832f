import Glibc
import TaskCommands
import TestSupport
import Testing

@Suite("A worker that is killed")
struct GuardTests {
    private static let tasks = [
        // What a command starts, the kernel does not kill with the worker.
        "family": "sleep 1000 & echo $! >>started; sh -c 'sleep 1000 & echo $! >>started; wait'"
    ]

    @Test("leaves nothing running of what its commands started, nor its guard")
    func family() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            _ = try await place.send("family")
            _ = try await place.send("family")
            try await place.withWorker("-c 2") { worker in
                try await eventually { place.lines("started").count == 4 }
                let guardian = try await Self.guardian(of: worker)
                // As `killall tq-work` and a terminal that is closed send them.
                for signal in [SIGTERM, SIGINT, SIGHUP] { kill(guardian, signal) }
                worker.signal(SIGKILL)
                try await eventually { place.lines("started").allSatisfy { !Self.isRunning($0) } }
                try await eventually { !Self.isRunning("\(guardian)") }
            }
        }
    }

    @Test("is let go by its guard: who reads its output sees the end")
    func output() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            let script = "sh -c 'echo $$ >worker; exec tq-work' 2>&1 | cat"
            async let outcome = place.shell(script)
            try await eventually { !place.lines("worker").isEmpty }
            let worker = try #require(place.lines("worker").first.flatMap { pid_t($0) })
            try await eventually { Self.name(of: worker) == "tq-work" }
            kill(worker, SIGKILL)
            #expect(try await outcome.status == .exited(0))
        }
    }

    @Test("as well, when its guard was killed before: there is another in its place")
    func replacement() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            _ = try await place.send("family")
            try await place.withWorker("-c 2") { worker in
                try await eventually { place.lines("started").count == 2 }
                let first = try await Self.guardian(of: worker)
                kill(first, SIGKILL)
                try await worker.waitUntilPrinted("guard of the commands was killed: another was")
                let second = try await Self.guardian(of: worker)
                #expect(second != first && !RunningProcess.all().contains { $0.id == first })
                worker.signal(SIGKILL)
                try await eventually { place.lines("started").allSatisfy { !Self.isRunning($0) } }
            }
        }
    }

    @Test("and one that ends by itself takes its guard along")
    func end() async throws {
        try await Workplace.with { place in
            try await place.withWorker("-c 2 -- true") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                let guardian = try await Self.guardian(of: worker)
                worker.signal(SIGTERM)
                try await worker.waitForExit()
                #expect(!Self.isRunning("\(guardian)"))
            }
        }
    }

    private static func guardian(of worker: Spawned) async throws -> pid_t {
        let found = try await run("pgrep", "-x", "-P", "\(worker.processID)", "tq-work-guard")
        return try #require(found.lines.first.flatMap { pid_t($0) })
    }

    /// Whether a process is there and no zombie.
    private static func isRunning(_ process: String) -> Bool {
        guard let stat = try? readFile("/proc/\(process)/stat") else { return false }
        return !String(decoding: stat, as: UTF8.self).contains(") Z ")
    }

    private static func name(of process: pid_t) -> String? {
        let name = try? readFile("/proc/\(process)/comm")
        return name.map { String(decoding: $0.dropLast(), as: UTF8.self) }
    }
}
