import TestSupport
import Testing

@Suite(
    "results that are not where the broker is",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct SplitResultsTests {
    /// Broker and backend; `REDIS` is the URL of a server.
    private static let places = [
        ("sqlite:tasks.db", "REDIS/1"), ("REDIS/1", "sqlite:results.db"), ("REDIS/1", "REDIS/2"),
        ("sqlite:tasks.db", "sqlite:results.db"),
    ]

    @Test("are waited for, found and forgotten there", arguments: places)
    func states(_ broker: String, _ backend: String) async throws {
        try await Workplace.with(.redis, tasks: ["t": "echo $1"]) { place in
            let environment = [
                "TQ_BROKER_URL": broker.replacing("REDIS", with: place.url),
                "TQ_RESULT_BACKEND": backend.replacing("REDIS", with: place.url),
            ]
            let script = """
                id=$(tq-send t 1)
                tq-result $id; echo $?
                tq-work -q --burst
                tq-result $id; echo $?
                tq-result --forget $id; echo $?
                tq-result $id; echo $?
                tq-work -q & tq-send t 2 | tq-result --wait -; tq-send --wait t 3; kill %1; wait
                """
            let outcome = try await place.shell(script, environment: environment)
            #expect(outcome.lines == ["3", "1", "0", "1", "0", "4", "2", "3"])
        }
    }

    @Test("are found while the broker is away")
    func brokerAway() async throws {
        try await Workplace.with(.redis, tasks: ["t": "echo $1"]) { place in
            let environment = ["TQ_RESULT_BACKEND": "sqlite:results.db"]
            let script = "tq-send --id x t 1 >id; tq-work -q --burst"
            try await place.shell(script, environment: environment).succeeded()
            await place.redis?.kill()
            let found = try await place.run("tq-result", "x", environment: environment)
            #expect(found.output == "1\n" && found.status == .exited(0))
            let unknown = try await place.run("tq-result", "y", environment: environment)
            #expect(unknown.status == .exited(69))
        }
    }
}
