import Glibc
import ServiceLifecycle
import TaskQueueWorker
import Testing
import UnixSignals

/// One after the other: a signal is for the whole process.
@Suite("A worker as a service", .serialized, .timeLimit(.minutes(60)))
struct ServiceTests {
    /// A server of the same program, which ends when the group does.
    private struct Neighbour: Service {
        func run() async throws { try await gracefulShutdown() }
    }

    private func group(_ services: [any Service], _ signals: [UnixSignal] = []) -> ServiceGroup {
        ServiceGroup(
            configuration: configuration(services, signals)
        )
    }

    private func configuration(
        _ services: [any Service],
        _ signals: [UnixSignal] = []
    ) -> ServiceGroupConfiguration {
        ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: signals,
            logger: LogKeeper().logger
        )
    }

    @Test("SIGTERM lets the running task end, which still can send, and no other begin")
    func graceful() async throws {
        try await Server.with { server in
            let gate = Gate()
            let client = try TaskQueueClient(server.configuration)
            let log = LogKeeper()
            let worker = try server.worker(log) { tasks in
                tasks.on("slow") { _ in
                    try await gate.pass()
                    try await client.send("next", options: SendOptions(queue: "later"))
                }
            }
            for _ in 0..<2 { try server.push("slow") }
            let group = group([Neighbour(), client, worker], [.sigterm])
            let running = Task { try await group.run() }
            try await eventually("a task") { gate.begun == 1 }
            kill(getpid(), SIGTERM)
            try await eventually("the end of the taking") { log.has("stopping") }
            #expect(gate.cancelled == 0 && gate.ended == 0)
            gate.open()
            try await running.value
            #expect(gate.ended == 1 && gate.begun == 1 && gate.cancelled == 0)
            #expect(try server.waiting == 1)
            #expect(try server.command("LLEN", "later") == "1")
            await #expect(throws: TaskQueueError.self) { try await client.send("too-late") }
        }
    }

    @Test("a group that has waited long enough cancels the task, which goes back to its queue")
    func impatient() async throws {
        try await Server.with { server in
            let gate = Gate()
            let worker = try server.worker(LogKeeper()) { tasks in
                tasks.on("endless") { _ in try await gate.pass() }
            }
            try server.push("endless")
            var configuration = configuration([Neighbour(), worker])
            configuration.maximumGracefulShutdownDuration = .milliseconds(100)
            let group = ServiceGroup(configuration: configuration)
            let running = Task { try await group.run() }
            try await eventually("a task") { gate.begun == 1 }
            await group.triggerGracefulShutdown()
            _ = await running.result
            #expect(gate.cancelled == 1 && gate.ended == 0)
            #expect(try server.waiting == 1)
        }
    }

    @Test(
        "a handler that never ends does not keep the group: the worker's own time to shut down ends"
    )
    func ownTimeout() async throws {
        try await Server.with { server in
            let gate = Gate()
            var settings = TaskWorkerConfiguration(taskQueue: server.configuration)
            settings.shutdownTimeout = .milliseconds(100)
            settings.grace = .milliseconds(100)
            settings.logger = LogKeeper().logger
            let worker = try TaskWorker(settings) { tasks in
                tasks.on("deaf") { _ in
                    while gate.ended == 0 { try? await gate.pass() }
                }
            }
            try server.push("deaf")
            let group = group([Neighbour(), worker])
            let running = Task { try await group.run() }
            try await eventually("a task") { gate.begun > 0 }
            await group.triggerGracefulShutdown()
            try await running.value
            #expect(try server.waiting == 1)
            gate.open()
        }
    }

    @Test("cancellation stops it at once: the task goes back to its queue")
    func cancellation() async throws {
        try await Server.with { server in
            let gate = Gate()
            let client = try TaskQueueClient(server.configuration)
            let worker = try server.worker(LogKeeper()) { tasks in
                tasks.on("cancelled") { _ in try await gate.pass() }
            }
            try server.push("cancelled")
            let group = group([client, worker])
            let running = Task { try await group.run() }
            try await eventually("a task") { gate.begun == 1 }
            running.cancel()
            _ = await running.result
            #expect(gate.cancelled == 1 && gate.ended == 0)
            #expect(try server.waiting == 1)
            await #expect(throws: TaskQueueError.self) { try await client.send("too-late") }
        }
    }
}
