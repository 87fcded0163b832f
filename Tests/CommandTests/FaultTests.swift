import Glibc
import TestSupport
import Testing

/// `make faults` is the same, longer.
@Suite(
    "while workers and servers are killed, stopped and cut off",
    .requires(Program.isInstalled("python3"), "python3"),
    .timeLimit(.minutes(60))
)
struct FaultTests {
    /// Runs the harness, which fails if a task was lost, was left behind, or ran again without cause.
    private func run(_ options: String...) async throws -> Outcome {
        try await TestSupport.run(
            SourceTree.path("Tests/Faults/run"),
            arguments: [Program.builtDirectory] + options,
            timeout: .seconds(200)
        )
    }

    @Test("no task is lost", .requires(RedisServer.isInstalled, "redis-server"))
    func redis() async throws {
        let faults = """
            worker killed,worker stopped past its lease,server killed,server stopped,connections closed
            """
        let outcome = try await run("--tasks", "600", "--seconds", "8", "--faults", faults)
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
    }

    @Test(
        "no task is lost beside a Celery worker, Celery's own neither",
        .requires(RedisServer.isInstalled, "redis-server"),
        .requires(Celery.isInstalled, "Celery")
    )
    func celery() async throws {
        let outcome = try await run("--tasks", "800", "--seconds", "8", "--celery", Celery.python)
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
    }

    @Test("no task is lost in SQLite")
    func sqlite() async throws {
        let outcome = try await run("--tasks", "300", "--seconds", "6", "--broker", "sqlite")
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
    }

    @Test(
        "no task is lost where packets are",
        .requires(RedisServer.isInstalled, "redis-server"),
        .requires(Program.isInstalled("ip"), "ip (iproute2)"),
        .enabled(if: geteuid() == 0, "only root may make a network namespace")
    )
    func network() async throws {
        let faults = "packets dropped,worker killed"
        let outcome = try await run("--tasks", "300", "--seconds", "8", "--faults", faults)
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
    }
}
