import TaskQueue
import TestSupport
import Testing

@Suite(
    "tq-ctl beside a Celery worker",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct ControlBesideCeleryTests {
    @Test("a task that is moved runs where it was moved to, those of Celery's clients too")
    func move() async throws {
        try await Workplace.with(.redis) { place in
            let ours = try await place.send("celery_app.whoami", ":1")
            let script = """
                import celery_app
                print(celery_app.whoami.apply_async([2], priority=6).id)
                """
            let theirs = try await Celery.python(script, broker: place.url).succeeded().lines[0]
            try await place.run("tq-ctl", "move", "celery", "other").succeeded()
            try await Celery.withWorker(on: place.url, queues: ["other"]) { _ in
                for id in [ours, theirs] {
                    let seen = try JSONText(
                        try await place.run("tq-result", "--wait", id).succeeded().outputBytes
                    )
                    let key = seen[key: "delivery_info"]?[key: "routing_key"]
                    #expect(key?.string == "other")
                }
            }
        }
    }

    @Test("a worker is told of a task that is revoked, and a paused queue is open to it")
    func revoke() async throws {
        try await Workplace.with(.redis) { place in
            // It listens while a task runs.
            let pool = ["--pool", "prefork", "-c", "1"]
            try await Celery.withWorker(on: place.url, arguments: pool) { worker in
                let gate = place.path("gate")
                let busy = try await place.send("celery_app.steps", ":1", gate)
                let revoked = try await place.send("celery_app.add", ":1", ":2")
                let kept = try await place.send("celery_app.add", ":3", ":4")
                try await place.run("tq-ctl", "revoke", revoked).succeeded()
                try await place.run("tq-ctl", "pause", "celery").succeeded()
                try place.write("", to: "gate1")
                #expect(try await place.run("tq-result", "--wait", kept).output == "7\n")
                #expect(try await place.run("tq-result", "--wait", busy).status == .exited(0))
                #expect(try await place.run("tq-result", revoked).status == .exited(5))
                try await worker.waitUntilPrinted("Discarding revoked task")
            }
        }
    }

    @Test("a dead letter that is sent again runs in it")
    func retry() async throws {
        try await Workplace.with(.redis) { place in
            let id = try await place.send("celery_app.add", ":1", ":2")
            // There is nothing to run it here.
            try await place.run("tq-work", "--burst", "--task", "none", "--", "true").succeeded()
            try await place.run("tq-ctl", "dead", "retry", id).succeeded()
            try await Celery.withWorker(on: place.url) { _ in
                let outcome = try await place.run("tq-result", "--wait", id)
                #expect(outcome.output == "3\n")
            }
        }
    }
}
