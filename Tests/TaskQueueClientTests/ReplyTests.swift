import TaskQueueClient
import TestSupport
import Testing

@Suite(
    "a client whose results are sent to it",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .timeLimit(.minutes(60))
)
struct ReplyTests {
    @Test("has those that come before it asks, and after its connections were lost")
    func results() async throws {
        try await RabbitServer.with { server in
            try await ClientPlace.with(
                at: server.url(),
                settings: "result_backend = \"rpc://\"\n",
                tasks: ["add": "echo $(($1 + $2))", "slow": "echo began >began; sleep 2; echo $1"]
            ) { place in
                try await place.withWorker {
                    let first = try await place.client.send("add", 2, 3, returning: Int.self)
                    let last = try await place.client.send("add", 3, 4, returning: Int.self)
                    #expect(try await last.value(timeout: .seconds(30)) == 7)
                    #expect(try await first.value(timeout: .seconds(30)) == 5)
                    #expect(try await first.value(timeout: .seconds(30)) == 5)
                    let slow = try await place.client.send("slow", 6, returning: Int.self)
                    let wait = Task { try await slow.value(timeout: .seconds(60)) }
                    try await eventually { (try? place.directory.text("began")) != nil }
                    _ = try await server.control("close_all_connections", "test")
                    #expect(try await wait.value == 6)
                }
            }
        }
    }
}
