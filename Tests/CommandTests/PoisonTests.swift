import TestSupport
import Testing

/// `make faults` is the same, longer.
@Suite(
    "a task that kills its worker, among others",
    .requires(Program.isInstalled("python3"), "python3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct PoisonTests {
    @Test(
        "is set aside alone, and all others run to their end",
        arguments: [
            "--broker redis --kind command --workers 4 --slots 1 --tasks 80 --seconds 8",
            "--broker sqlite --kind stream --workers 2 --slots 2 --tasks 40 --seconds 4",
            "--broker sqlite --kind command --workers 1 --slots 1 --prefetch 5 --tasks 12 --seconds 2",
            "--broker redis --kind handler --workers 2 --slots 8 --tasks 60 --seconds 4",
        ]
    )
    func alone(_ options: String) async throws {
        let outcome = try await TestSupport.run(
            SourceTree.path("Tests/Faults/poison"),
            arguments: [Program.builtDirectory] + options.split(separator: " ").map { String($0) },
            timeout: .seconds(300)
        )
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
    }
}
