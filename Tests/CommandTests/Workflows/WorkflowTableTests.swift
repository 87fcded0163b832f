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
}
