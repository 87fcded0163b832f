import TestSupport
import Testing

@Suite(
    "Workflows",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct WorkflowTableTests {
    /// The table of `Tests/Workflows`.
    @Test(
        "come to the same with Celery and with tq, sent and run by either, and none waits for ever"
    )
    func table() async throws {
        let outcome = try await run(
            Celery.python,
            arguments: ["-B", SourceTree.path("Tests/Workflows/run"), Program.builtDirectory],
            timeout: .seconds(600)
        )
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
    }

    /// `make faults` is the same, longer.
    @Test(
        "end right while workers are killed: none is stuck, and no body runs twice",
        arguments: Transport.allCases
    )
    func faults(_ transport: Transport) async throws {
        let outcome = try await run(
            SourceTree.path("Tests/Workflows/faults"),
            arguments: [
                Program.builtDirectory, "--broker", transport.rawValue, "--chords", "40",
                "--chains",
                "10", "--every", "0.3",
            ],
            timeout: .seconds(300)
        )
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
    }
}
