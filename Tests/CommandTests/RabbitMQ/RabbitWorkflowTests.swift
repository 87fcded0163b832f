import TestSupport
import Testing

@Suite(
    "Workflows on RabbitMQ",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 2),
    .timeLimit(.minutes(60))
)
struct RabbitWorkflowTests {
    @Test("run with the results elsewhere, where chords are counted")
    func backend() async throws {
        try await Workplace.withRabbit(vhost: "v1", tasks: WorkflowTests.tasks) { place in
            try await place.withWorker("-c 4") { _ in
                let chain = try await place.shell("tq-send -w add :1 :2 --then add :3").succeeded()
                #expect(chain.output == "6\n")
                let script = "seq 20 | tq-send -w --group add - --then total --then add :1000"
                #expect(try await place.shell(script).succeeded().output == "1210\n")
                let group = try await place.shell("seq 3 | tq-send -w --group add -").succeeded()
                #expect(group.output == "1\n2\n3\n")
                let failed = try await place.shell(
                    "tq-send -w --id f fail --then add :1 --on-error tell x"
                )
                #expect(failed.status == .exited(1))
            }
        }
    }

    @Test("run with rpc:// but for chords, which are refused")
    func replies() async throws {
        try await Workplace.withRabbit(vhost: "v2", tasks: WorkflowTests.tasks) { place in
            let environment = ["TQ_RESULT_BACKEND": "rpc://"]
            try await place.withWorker("--result-backend rpc://") { _ in
                let chain = try await place.shell(
                    "tq-send -w add :1 :2 --then add :3",
                    environment: environment
                )
                #expect(try chain.succeeded().output == "6\n")
                let chord = try await place.shell(
                    "seq 2 | tq-send -w --group add - --then total",
                    environment: environment
                )
                #expect(chord.status == .exited(78))
                #expect(chord.errors.contains("nothing counts chords where results are sent"))
            }
        }
    }
}
