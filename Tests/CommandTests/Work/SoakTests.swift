import Glibc
import TaskQueue
import TestSupport
import Testing

/// One worker runs so many tasks that what it leaks a task would show.
///
/// They are 5,000, of which a hundredth fails, or `$TQ_SOAK_TASKS`, as `make soak` has it.
@Suite("a worker that runs on and on", .requiresReleaseBuild, .timeLimit(.minutes(60)))
struct SoakTests {
    private static let count =
        getenv("TQ_SOAK_TASKS").flatMap { Int(String(cString: $0)) } ?? 5_000
    /// Sent and run at once.
    private static let batch = 1_000

    @Test("needs no more for it", arguments: Transport.allCases, [false, true])
    func soak(_ transport: Transport, _ isStream: Bool) async throws {
        let settings = isStream ? Self.streamSettings : Self.settings
        try await Workplace.with(transport, settings: settings) { place in
            try await place.withReleaseProgram("tq-work") { worker in
                let start = Instant.now
                // Enough of each kind that all slots have a command for it; and twice, so that each
                // connection has been needed.
                for _ in 0..<2 { try await place.runBatch(failing: Self.batch / 2) }
                try await worker.waitForHeartbeat()
                let (footprint, memory) = (try worker.footprint(), worker.memory)
                for _ in 2..<(Self.count / Self.batch) {
                    try await place.runBatch(failing: Self.batch / 100)
                }
                let end = try worker.footprint()
                let growth = worker.memory - memory
                // One connection to Redis is opened when it is first needed, which may be now; a leak would
                // show with each batch.
                let more = end.descriptors.difference(from: footprint.descriptors)
                #expect(
                    more.removals.isEmpty && more.insertions.count <= 1
                        && end.children == footprint.children && end.threads == footprint.threads,
                    "\(end.difference(from: footprint))"
                )
                #expect(growth < 5 << 20)
                guard Self.count > 5_000 else { return }
                let kind = isStream ? "a stream command" : "a process each"
                print(
                    "\(transport), \(kind): \(Self.count) tasks in \(Instant.now - start);",
                    "\(memory >> 10) KiB after the first \(Self.batch), \(growth >> 10) KiB more",
                    "at the end; \(end.descriptors.count) descriptors, \(end.threads) threads"
                )
            }
        }
    }

    private static let settings = """
        [tasks.good]
        run = ["true"]
        [tasks.bad]
        run = ["false"]
        """

    private static let streamSettings = """
        [tasks.good]
        run = ["perl", "-ne", "BEGIN { $| = 1 } print qq(1\\n)"]
        stream = true
        [tasks.bad]
        run = ["perl", "-ne", "BEGIN { $| = 1 } print qq({\\"tq\\": {\\"error\\": \\"no\\"}}\\n)"]
        stream = true
        """
}

extension Workplace {
    /// Sends tasks, of which some fail, and waits until all have ended as they should.
    fileprivate func runBatch(failing failures: Int) async throws {
        let script = """
            seq \(1_000 - failures) | tq-send good - >ids
            seq \(failures) | tq-send bad - >>ids
            tq-result --wait --state - <ids | sort | uniq -c
            """
        let outcome = try await shell(script, environment: Release.environment)
        let counts = outcome.lines.map { $0.split(separator: " ").joined(separator: " ") }
        #expect(counts == ["\(failures) FAILURE", "\(1_000 - failures) SUCCESS"])
    }
}
