import TaskQueue
import TaskQueueClient
import TestSupport
import Testing

@Suite(
    "a client and the outage of its server",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct OutageTests {
    /// Keeps what was sent over a restart.
    private static let durable = ["--appendonly", "yes", "--appendfsync", "always"]
    private static let settings = "connect_timeout = \"500ms\"\n"

    @Test("a server that is not there is an error, soon, for who sends and who waits")
    func absent() async throws {
        try await ClientPlace.with(settings: Self.settings) { place in
            let url = "redis://:secret@127.0.0.1:1"
            let client = try place.anotherClient(url)
            let start = Instant.now
            let expected =
                "cannot reach redis://:***@127.0.0.1:1: Connection refused"
            let send = try await error(of: TaskQueueError.self) { _ = try await client.send("t") }
            #expect(send.kind == .unavailable && send.description == expected)
            let wait = try await error(of: TaskQueueError.self) {
                _ = try await client.task("x").value()
            }
            #expect(wait.kind == .unavailable && wait.description == expected)
            let status = try await error(of: TaskQueueError.self) {
                _ = try await client.task("x").status()
            }
            #expect(status.kind == .unavailable)
            #expect(Instant.now - start < .seconds(10))
            await client.close()
        }
    }

    @Test("waits go on over a restart, and sends are made when it is back")
    func restart() async throws {
        let tasks = ["add": "echo $(($1 + $2))"]
        try await ClientPlace.with(.redis, tasks: tasks, server: Self.durable) { place in
            let redis = try #require(place.redis)
            let before = try await place.client.send("add", 1, 1, returning: Int.self)
            let wait = Task { try await before.value(timeout: .seconds(60)) }
            _ = try? await before.value(timeout: .milliseconds(100))
            await redis.kill()
            let during = Task { try await place.client.send("add", 2, 2, returning: Int.self) }
            try await redis.start()
            let after = try await during.value
            try await place.withWorker {
                let values = (try await after.value(timeout: .seconds(60)), try await wait.value)
                #expect(values == (4, 2))
            }
        }
    }

    @Test("a result is forgotten over a connection that was lost since")
    func forgetAfterRestart() async throws {
        try await ClientPlace.with(.redis, server: Self.durable) { place in
            let task = try await place.client.send("t")
            #expect(try await task.status() == .pending)
            try await #require(place.redis).restart()
            try await task.forget()
            #expect(try await task.status() == .unknown)
        }
    }

    @Test("waits go on over an outage that is longer than connecting may take")
    func longOutage() async throws {
        let tasks = ["add": "echo $(($1 + $2))"]
        try await ClientPlace.with(
            .redis,
            settings: Self.settings,
            tasks: tasks,
            server: Self.durable
        ) { place in
            let redis = try #require(place.redis)
            let task = try await place.client.send("add", 1, 1, returning: Int.self)
            _ = try? await task.value(timeout: .milliseconds(100))
            let wait = Task { try await task.value() }
            await redis.kill()
            let failure = try await error(of: TaskQueueError.self) {
                _ = try await place.client.send("add")
            }
            #expect(failure.kind == .unavailable)
            let timedOut = try await error(of: TaskQueueError.self) {
                _ = try await task.value(timeout: .milliseconds(1500))
            }
            #expect(timedOut.kind == .timedOut)
            try await redis.start()
            try await place.withWorker {
                let value = try await wait.value
                #expect(value == 2)
            }
        }
    }

    @Test("a send whose answer is lost is made once", arguments: [true, false])
    func lostAnswer(_ hasKey: Bool) async throws {
        try await ClientPlace.with(.redis) { place in
            let redis = try #require(place.redis)
            try await FaultyProxy.with(before: redis.port, .losesReply) { proxy in
                let client = try place.anotherClient("redis://127.0.0.1:\(proxy.port)")
                let options = SendOptions(uniqueKey: hasKey ? "k" : nil)
                let task = try await client.send("t", options: options)
                #expect(task.isNew)
                #expect(proxy.faultsLeft == 0)
                #expect(try await redis.cli("LLEN", "celery") == "1")
                await client.close()
            }
        }
    }

    @Test("a queue that cannot be used is the matter of those who send there")
    func unusableQueue() async throws {
        try await ClientPlace.with(.redis) { place in
            let redis = try #require(place.redis)
            _ = try await redis.cli("SET", "broken", "x")
            let sends = (0..<20).map { number in
                Task {
                    let queue = number.isMultiple(of: 4) ? "broken" : "fine"
                    return try await place.client.send("t", options: .init(queue: queue))
                }
            }
            for (number, send) in sends.enumerated() {
                guard number.isMultiple(of: 4) else {
                    _ = try await send.value
                    continue
                }
                let failure = try await error(of: TaskQueueError.self) { _ = try await send.value }
                #expect(failure.kind == .unusable)
            }
            #expect(try await redis.cli("LLEN", "fine") == "15")
        }
    }
}
