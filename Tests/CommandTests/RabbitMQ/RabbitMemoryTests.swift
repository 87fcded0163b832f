import TestSupport
import Testing

@Suite(
    "RabbitMQ, with a place that remembers",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .rabbitServer(vhosts: 8),
    .timeLimit(.minutes(60))
)
struct RabbitMemoryTests {
    private static let tasks = [
        "echo": #"echo "$1""#,
        "hold": "echo x >started; until test -e end; do sleep 0.05; done",
    ]

    @Test(
        "a paused queue is left alone, and its tasks run when it is not",
        arguments: Transport.allCases
    )
    func pausing(_ results: Transport) async throws {
        let vhost = results == .sqlite ? "v1" : "v2"
        try await Workplace.withRabbit(vhost: vhost, results: results, tasks: Self.tasks) { place in
            let paused = try await place.run("tq-ctl", "pause", "celery").succeeded()
            #expect(paused.errors.contains("paused celery"))
            let again = try await place.run("tq-ctl", "pause", "celery").succeeded()
            #expect(again.errors.contains("celery is paused already"))
            let id = try await place.send("echo", "on")
            try await place.withWorker("-Q celery,other -c 2") { _ in
                // What is sent to the other queue meanwhile is served.
                let other = try await place.run(
                    "tq-send",
                    "-Q",
                    "other",
                    "--wait",
                    "--timeout",
                    "60",
                    "echo",
                    "other"
                )
                #expect(other.output == "other\n")
                #expect(try await place.run("tq-result", id).status == .exited(3))
                let queues = try await place.run("tq-ctl", "queues", "--json", "celery")
                #expect(queues.output.contains(#""waiting":1,"#))
                #expect(queues.output.contains(#""paused":true"#))
                _ = try await place.run("tq-ctl", "resume", "celery").succeeded()
                let result = try await place.run("tq-result", "--wait", "--timeout", "60", id)
                #expect(result.output == "on\n")
                // While it takes from the queue, a pause is noticed with the next task.
                _ = try await place.run("tq-ctl", "pause", "celery").succeeded()
                let late = try await place.send("echo", "late")
                let next = try await place.run("tq-send", "-Q", "other", "--wait", "echo", "x")
                #expect(next.output == "x\n")
                #expect(try await place.run("tq-result", late).status == .exited(3))
                _ = try await place.run("tq-ctl", "resume", "celery").succeeded()
                let last = try await place.run("tq-result", "--wait", "--timeout", "60", late)
                #expect(last.output == "late\n")
            }
        }
    }

    @Test("a revoked task does not run, and whoever waits for it learns of it at once")
    func revoking() async throws {
        try await Workplace.withRabbit(vhost: "v3", results: .redis, tasks: Self.tasks) { place in
            let ids = [try await place.send("echo", "1"), try await place.send("echo", "2")]
            let revoked = try await place.run("tq-ctl", "revoke", ids[0]).succeeded()
            #expect(revoked.errors.contains("is revoked: it will not run"))
            #expect(revoked.errors.contains("RabbitMQ cannot tell whether it waits"))
            #expect(try await place.run("tq-result", "--state", ids[0]).output == "REVOKED\n")
            try await place.work("-Q", "celery")
            #expect(try await place.run("tq-result", "--state", ids[0]).output == "REVOKED\n")
            #expect(try await place.result(ids[1]).output == "2\n")
        }
    }

    @Test("a worker of Celery's is told of a task that is revoked")
    func beside() async throws {
        try await Workplace.withRabbit(vhost: "v8", results: .redis) { place in
            // It listens while a task runs.
            let pool = ["--pool", "prefork", "-c", "1"]
            try await Celery.withWorker(
                on: place.url,
                backend: place.resultURL,
                arguments: pool
            ) { worker in
                let gate = place.path("gate")
                let busy = try await place.send("celery_app.steps", ":1", gate)
                let revoked = try await place.send("celery_app.add", ":1", ":2")
                try await place.run("tq-ctl", "revoke", revoked).succeeded()
                try place.write("", to: "gate1")
                #expect(try await place.run("tq-result", "--wait", busy).status == .exited(0))
                try await worker.waitUntilPrinted("Discarding revoked task")
            }
        }
    }

    @Test("one task at a time holds a key", arguments: Transport.allCases)
    func uniqueKeys(_ results: Transport) async throws {
        let vhost = results == .sqlite ? "v4" : "v5"
        try await Workplace.withRabbit(vhost: vhost, results: results, tasks: Self.tasks) { place in
            func send() async throws -> String {
                try await place.run("tq-send", "--unique", "k", "echo", "x").output
            }
            let first = try await send()
            #expect(try await send() == first)
            try await place.work()
            let second = try await send()
            #expect(second != first)
            _ = try await place.run("tq-ctl", "purge", "--yes", "celery").succeeded()
            #expect(try await send() != second)
        }
    }

    @Test("workers and what they run are listed", arguments: Transport.allCases)
    func workers(_ results: Transport) async throws {
        let vhost = results == .sqlite ? "v6" : "v7"
        try await Workplace.withRabbit(vhost: vhost, results: results, tasks: Self.tasks) { place in
            try await place.withWorker("-Q celery,other -n me@here") { _ in
                let id = try await place.send("hold")
                try await eventually { !place.lines("started").isEmpty }
                try await eventually {
                    let running = try await place.run("tq-ctl", "running", "--json").succeeded()
                    return running.output.contains(#""id":"\#(id)","task":"hold","queue":"celery""#)
                        && running.output.contains("me@here")
                }
                let workers = try await place.run("tq-ctl", "workers", "--json").succeeded()
                #expect(workers.output.contains(#""queues":["celery","other"],"tasks":1,"#))
                let queues = try await place.run("tq-ctl", "queues", "--json").succeeded()
                #expect(queues.output.contains(#""queue":"other""#))
                try await place.shell("touch end").succeeded()
            }
            try await eventually {
                try await place.run("tq-ctl", "workers", "--json").output.isEmpty
            }
        }
    }
}
