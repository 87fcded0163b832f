import TaskQueueClient
import TestSupport
import Testing

@Suite(
    "a client and a worker of Celery's",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct CeleryTests {
    @Test("understand each other")
    func roundTrip() async throws {
        try await ClientPlace.with(.redis) { place in
            try await Celery.withWorker(on: place.url) { _ in
                let client = place.client
                let sum = try await client.send("celery_app.add", 2, 3, returning: Int.self)
                #expect(try await sum.value(timeout: .seconds(30)) == 5)
                let named = try await client.send(Add(x: 20, y: 22))
                #expect(try await named.value(timeout: .seconds(30)) == 42)
                let failing = try await client.send("celery_app.fail", "bøøm")
                let failure = try await error(of: TaskError.self) {
                    _ = try await failing.value(timeout: .seconds(30))
                }
                #expect(failure.description == "ValueError: bøøm")
                #expect(failure.traceback?.hasPrefix("Traceback (most recent call") == true)
            }
        }
    }

    private struct Add: TaskRequest {
        typealias Output = Int
        static let taskName = "celery_app.add"

        var x: Int
        var y: Int
    }
}
