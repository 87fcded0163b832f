import TestSupport
import Testing

@Suite("a full queue", .timeLimit(.minutes(60)))
struct MaxQueueTests {
    @Test("ends tq-send --max-queue with 75", arguments: Transport.allCases)
    func stops(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let outcome = try await place.shell("seq 5 | tq-send --max-queue 3 -Q q t -")
            #expect(outcome.status == .exited(75))
            #expect(outcome.lines.count == 3)
            #expect(
                outcome.errors == """
                    tq-send: queue q holds 3 tasks, and --max-queue is 3; 3 were sent before: \
                    try again later, or --block

                    """
            )
            #expect(try await place.messages(in: "q").count == 3)
            #expect(try await place.shell("tq-send --max-queue 3 t").status == .exited(0))
        }
    }

    @Test("is waited for with --block", arguments: Transport.allCases)
    func blocks(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            _ = try await place.send("t")
            try await place.withProgram("tq-send --max-queue 1 --block t") { sender in
                try await place.withWorker("--max-tasks 1 -- true") { worker in
                    let status = try await worker.waitForExit()
                    #expect(status == .exited(0))
                }
                #expect(try await sender.waitForExit() == .exited(0))
                #expect(try await place.messages().map(\.id) == [sender.outcome.lines.first])
            }
        }
    }

    @Test("never holds more than it may while workers make room")
    func bounded() async throws {
        try await Workplace.with { place in
            let script = """
                seq 200 | tq-send --max-queue 7 --block t - >ids &
                tq-work -q -c 2 --max-tasks 200 -- sqlite3 -cmd '.timeout 10000' tq.db \
                    "SELECT count(*) FROM queue WHERE state = 'waiting'" & wait
                tq-result - <ids
                """
            let counts = try await place.shell(script).succeeded().lines.compactMap { Int($0) }
            #expect(counts.count == 200)
            #expect(counts.allSatisfy { $0 <= 7 })
        }
    }
}
