import Glibc
import TestSupport
import Testing

@Suite("a log that nobody reads", .timeLimit(.minutes(60)))
struct StalledLogTests {
    /// Enough for any pipe, and more than is kept.
    private static let count = 20_000

    @Test("does not stop a worker, which says what it could not say and ends when it is told to")
    func worker() async throws {
        try await Workplace.with { place in
            try await place.shell("mkfifo log; seq \(Self.count) | tq-send t - >ids").succeeded()
            // Holds the pipe open, and reads nothing.
            let stalled = "sh -c 'exec 9<>log; exec tq-work -c 1 --stream -- cat 2>log'"
            try await place.withProgram(stalled) { worker in
                try await eventually(timeout: .seconds(60)) { try await place.messages().isEmpty }
                async let log = place.shell("timeout 60 cat log | tee copy | tail -n 5; true")
                try await eventually(timeout: .seconds(20)) {
                    place.lines("copy").contains { $0.contains("lines were dropped: nobody read") }
                }
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
                _ = try await log
            }
            let lines = place.lines("copy")
            #expect(lines.count { $0.contains(" succeeded ") } > 1_000)
            // Lines are whole, and in their order up to the gap.
            #expect(lines.allSatisfy { $0.prefixMatch(of: /\d{4}-\d\d-\d\dT/) != nil })
            #expect(lines.last?.contains("stopping: ") ?? false)
        }
    }

    @Test("does not keep a worker, a beat or a program with handlers from ending")
    func end() async throws {
        let settings = "[beat_schedule.e]\ntask = 't'\nschedule = 86400\n"
        try await Workplace.with(settings: settings, tasks: ["t": "true"]) { place in
            try await place.shell("mkfifo full").succeeded()
            for program in ["tq-work", "tq-beat", "test-handlers"] {
                // The pipe is full before it begins.
                let line =
                    "sh -c 'exec 9<>full; yes >&9 & y=$!; sleep 0.5; kill $y; "
                    + "echo >ready; exec \(program) 2>full'"
                try await place.withProgram(line) { stalled in
                    try await eventually { access(place.path("ready"), F_OK) == 0 }
                    try await eventually { Self.catchesTerm(stalled.processID) }
                    stalled.signal(SIGTERM)
                    #expect(try await stalled.waitForExit() == .exited(0), "\(program)")
                }
                unlink(place.path("ready"))
            }
        }
    }

    /// Whether a process does not die of SIGTERM: it has set itself up.
    private static func catchesTerm(_ process: Int32) -> Bool {
        let status = (try? readFile("/proc/\(process)/status")) ?? []
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        return lines.contains { line in
            guard line.hasPrefix("SigCgt:") || line.hasPrefix("SigBlk:"),
                let mask = UInt64(line.suffix(16), radix: 16)
            else { return false }
            return mask & 1 << UInt64(SIGTERM - 1) != 0
        }
    }

    @Test("that is a file on a full disk loses lines, says so when there is room, and no task")
    func fullDisk() async throws {
        try await Workplace.with(tasks: ["t": "true"]) { place in
            _ = try await place.send("t")
            let worker = try await place.shell("tq-work --burst 2>/dev/full")
            #expect(worker.status == .exited(0))
        }
    }
}
