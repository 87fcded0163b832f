import TestSupport
import Testing

@Suite(
    "RabbitMQ that has no room",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 1),
    .timeLimit(.minutes(60))
)
struct BlockedRabbitTests {
    @Test("is said with its reason and 75, and sending goes on when there is room again")
    func blocked() async throws {
        try await Workplace.withRabbit(vhost: "v1") { place in
            let server = try #require(RabbitServer.current)
            _ = try await place.send("echo")
            _ = try await server.control("set_vm_memory_high_watermark", "absolute", "1MB")
            let refused = try await place.run("tq-send", "echo", "1")
            #expect(refused.status == .exited(75))
            #expect(refused.output == "")
            #expect(refused.errors.contains("takes no messages for now: low on memory"))
            async let waiting = place.shell("echo x >>begun; seq 3 | tq-send --block echo -")
            try await eventually { !place.lines("begun").isEmpty }
            try await Task.sleep(for: .seconds(1))
            _ = try await server.control("set_vm_memory_high_watermark", "0.4")
            try await eventually {
                try await place.run("tq-send", "echo", "2").status == .exited(0)
            }
            #expect(try await waiting.succeeded().lines.count == 3)
        }
    }
}
