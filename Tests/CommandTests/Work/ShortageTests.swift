import Glibc
import TestSupport
import Testing

@Suite(
    "a process that may have no more of something",
    .enabled(if: geteuid() == 0, "only root may become a user who may have few processes"),
    .requires(Program.isInstalled("prlimit") && Program.isInstalled("setpriv"), "util-linux"),
    .timeLimit(.minutes(60))
)
struct ShortageTests {
    @Test(
        "says that it can start no thread, with 75, and does not crash",
        arguments: [
            (0, "tq-work --burst"), (1, "test-handlers --burst"),
            (2, "tq-work --max-time 1s --beat"),
        ],
        [1, 2, 3, 5, 6]
    )
    func threads(_ program: (number: Int, commandLine: String), _ count: Int) async throws {
        let settings = "[beat_schedule.e]\ntask = 't'\nschedule = 86400\n[tasks.t]\nrun = 'true'\n"
        try await Workplace.with(settings: settings) { place in
            // A user of its own, whose processes are counted.
            let user = 40_000 + Int(getpid()) % 1_000 * 20 + program.number * 6 + count
            try await place.shell("chmod 755 .; chown -R \(user) .").succeeded()
            let limits = "setpriv --reuid=\(user) --clear-groups prlimit --nproc=\(count)"
            let outcome = try await place.shell("\(limits) \(program.commandLine)")
            switch outcome.status {
            case .exited(0): #expect(count > 1)
            case .exited(75): #expect(outcome.errors.contains("no thread can be started: "))
            default: Issue.record("\(outcome.status): \(outcome.errors)")
            }
        }
    }

    @Test(
        "or whose files the kernel watches no more looks at the database instead, and says so once"
    )
    func watches() async throws {
        try await Workplace.with(tasks: ["t": "echo done"]) { place in
            let limit = "echo 0 >/proc/sys/user/max_inotify_instances"
            let worker = "unshare -Ur sh -c '\(limit); exec tq-work'"
            try await place.withProgram(worker) { worker in
                try await worker.waitUntilPrinted("cannot be watched: Too many open files")
                for _ in 1...2 {
                    let script = "unshare -Ur sh -c '\(limit); exec tq-send --wait --timeout 20 t'"
                    #expect(try await place.shell(script).succeeded().output == "done\n")
                }
                #expect(worker.errorsSoFar.ranges(of: "cannot be watched").count == 1)
            }
        }
    }

    @Test("or no descriptor, at whatever step it comes to that", arguments: [4, 6, 9, 12])
    func descriptors(_ count: Int) async throws {
        try await Workplace.with(tasks: ["t": "true"]) { place in
            _ = try await place.send("t")
            let line = "prlimit --nofile=\(count) timeout 5 tq-work -c 1 --burst"
            let outcome = try await place.shell(line)
            guard case .exited(let status) = outcome.status else {
                Issue.record("\(outcome.status)")
                return
            }
            #expect([0, 69, 74, 75, 78, 124].contains(status), "\(outcome.errors)")
            #expect(status == 124 || status == 0 || !outcome.errors.isEmpty)
        }
    }
}
