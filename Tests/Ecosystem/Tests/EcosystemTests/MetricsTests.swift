import MetricsTestKit
import TaskQueueWorker
import Testing

@Suite("Metrics", .timeLimit(.minutes(60)))
struct MetricsTests {
    private let metrics = Watching.metrics

    private func ended(_ task: String, _ outcome: String) -> Int64 {
        metrics.counterTotal(label: "tq.tasks.ended", dimensions: labels(task, outcome))
    }

    /// What measures the queue `deep`.
    private var measured: [TestMeter] {
        metrics.meters(label: "tq.queue.depth", dimensions: [("queue", "deep")])
    }

    private func labels(_ task: String, _ outcome: String? = nil) -> [(String, String)] {
        [("task", task), ("queue", "celery")] + (outcome.map { [("outcome", $0)] } ?? [])
    }

    @Test("a worker counts and times what it runs, by task, queue and outcome")
    func outcomes() async throws {
        var tried = HandlerOptions()
        tried.retriesErrors = true
        tried.maxRetries = 2
        tried.retryDelay = .milliseconds(10)
        try await Server.with { server in
            try await server.withWorker { tasks in
                tasks.on("good") { _ in try await Task.sleep(for: .milliseconds(20)) }
                tasks.on("bad") { _ in throw TaskError("Bad", "luck") }
                tasks.on("tried", tried) { _ in throw TaskError("Bad", "luck") }
            } _: {
                for _ in 0..<2 { try server.push("good") }
                try server.push("bad")
                try server.push("tried")
                try server.push("late", headers: #""expires": "2020-01-01T00:00:00+00:00""#)
                try server.push("unheard")
                try await eventually("the last outcome") { ended("tried", "failure") == 1 }
            }
        }
        #expect(ended("good", "success") == 2)
        #expect(ended("bad", "failure") == 1)
        #expect(ended("tried", "retry") == 2)
        #expect(ended("late", "expired") == 1)
        #expect(metrics.counterTotal(label: "tq.tasks.started", dimensions: labels("tried")) == 3)
        #expect(metrics.counterTotal(label: "tq.tasks.started", dimensions: labels("late")) == 0)
        let aside = metrics.counterTotal(
            label: "tq.messages.set_aside",
            dimensions: [("queue", "celery")]
        )
        #expect(aside == 1)
        let times = try metrics.expectTimer("tq.task.duration", labels("good", "success"))
        #expect(times.values.count == 2)
        #expect(times.values.allSatisfy { (20_000_000..<20_000_000_000).contains($0) })
        let running = try metrics.expectMeter("tq.tasks.running", labels("good"))
        #expect(running.values == [1, 0, 1, 0])
    }

    @Test("tells how long a task has waited, if its id or its ETA says since when")
    func waits() async throws {
        try await Server.with { server in
            try await server.withWorker { tasks in
                for name in ["of-tq", "of-celery", "due"] { tasks.on(name) { _ in } }
            } _: {
                try server.push("of-tq", id: UUID.made(secondsAgo: 60))
                try server.push("of-celery")
                try server.push("due", headers: #""eta": "2020-01-01T00:00:00+00:00""#)
                try await eventually("the last task") { ended("due", "success") == 1 }
            }
        }
        let wait = try #require(try metrics.expectTimer("tq.task.wait", labels("of-tq")).lastValue)
        #expect((59_000_000_000..<120_000_000_000).contains(wait))
        #expect(try metrics.expectTimer("tq.task.wait", labels("of-celery")).values.isEmpty)
        let due = try #require(try metrics.expectTimer("tq.task.wait", labels("due")).lastValue)
        #expect(due > 365 * 86_400_000_000_000)
    }

    @Test("measures what waits on its queues while it runs, and no longer")
    func depth() async throws {
        let gate = Gate()
        var depths: [Double] = []
        try await Server.with { server in
            // Other tests have workers too, and those share what measures a queue of the same name.
            for _ in 0..<4 { try server.push("queued", queue: "deep") }
            try await server.withWorker(queue: "deep") { tasks in
                tasks.on("queued") { _ in try await gate.pass() }
            } _: {
                try await eventually("a measurement") {
                    depths = measured.flatMap(\.values)
                    return !depths.isEmpty
                }
                gate.open()
                try await eventually("all tasks") { try server.command("LLEN", "deep") == "0" }
            }
            try await eventually("the end of the measuring") {
                measured.isEmpty
            }
        }
        // One may have been taken before.
        #expect(depths.contains { (3...4).contains($0) }, "\(depths)")
    }

    @Test("a client counts what it has sent, and what it could not")
    func sending() async throws {
        struct Counted: TaskRequest {
            static let taskName = "counted"
        }
        func total(_ label: String) -> Int64 {
            metrics.counterTotal(label: label, dimensions: [("task", "counted")])
        }
        try await Server.with { server in
            let client = try TaskQueueClient(server.configuration)
            try await client.send(Counted())
            try await client.send([Counted(), Counted()])
            // Another that holds the key is there: nothing is sent.
            for _ in 0..<2 { try await client.send(Counted(), SendOptions(uniqueKey: "one")) }
            #expect(total("tq.tasks.sent") == 4)
            #expect(total("tq.tasks.send_failures") == 0)
            await client.close()
            await #expect(throws: TaskQueueError.self) { try await client.send(Counted()) }
            #expect(total("tq.tasks.sent") == 4)
            #expect(total("tq.tasks.send_failures") == 1)
        }
    }
}
