import Glibc
import TestSupport
import Testing

@Suite(
    "RabbitMQ, with results sent to their senders",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .requires(Celery.isInstalled, "Celery"),
    .rabbitServer(vhosts: 6),
    .timeLimit(.minutes(60))
)
struct RabbitReplyTests {
    private static let tasks = [
        "add": "echo $(($1 + $2))",
        "fail": "echo why >&2; exit 3",
        "once": "if test -e tried; then echo done; else touch tried; exit 75; fi",
        "slow": #"echo "$1" >>started; sleep "$2"; echo "$1""#,
        "steps": #"for n in 1 2 3; do echo "{\"n\": $n}" >&3; sleep 0.3; done; echo end"#,
        "celery_app.add": "echo $(($1 + $2))",
        "celery_app.fail": "echo why >&2; exit 3",
    ]

    @Test("a worker on amqp:// runs a task, and whoever sent it has its result by rpc://")
    func sentence() async throws {
        let settings = "[tasks.once]\ndefault_retry_delay = 1\n"
        try await Workplace.withReplies(vhost: "v1", tasks: Self.tasks, settings: settings) {
            place in
            try await place.withWorker("-c 4") { _ in
                let sum = try await place.run(
                    "tq-send",
                    "-b",
                    place.url,
                    "--result-backend",
                    "rpc://",
                    "--wait",
                    "add",
                    "2",
                    "3"
                )
                #expect(sum.output == "5\n")
                let many = try await place.shell("seq 500 | sed 's/.*/[&, 1]/' | tq-send -w add -")
                #expect(many.lines == (2...501).map(String.init))
                let failed = try await place.run("tq-send", "-w", "fail")
                #expect(failed.status == .exited(1))
                #expect(failed.errors.contains("why"))
                #expect(!failed.errors.contains("tq-result"))
                let again = try await place.run("tq-send", "--wait", "once")
                #expect(again.output == "done\n")
                let late = try await place.run("tq-send", "--in", "1", "-w", "add", "1", "1")
                #expect(late.output == "2\n")
            }
        }
    }

    @Test("one tq-beat of several leads, and another when it is gone; none goes on where it was")
    func beat() async throws {
        let settings = """
            [beat_schedule.tick]
            task = "add"
            args = [1, 1]
            schedule = 1
            """
        try await Workplace.withReplies(vhost: "v6", tasks: Self.tasks, settings: settings) {
            place in
            let once = try await place.run("tq-beat", "--once")
            #expect(once.status == .exited(78))
            #expect(
                once.errors.contains("RabbitMQ cannot remember what tq-beat has sent: use sqlite:")
            )
            func sent(_ beat: Spawned) -> Int {
                beat.errorsSoFar.split(separator: "\n").count { $0.contains(" sent entry=tick") }
            }
            try await place.withProgram("tq-beat") { first in
                try await eventually { sent(first) >= 2 }
                #expect(first.errorsSoFar.contains("nothing remembers what tq-beat has sent"))
                try await place.withProgram("tq-beat") { second in
                    try await eventually { second.errorsSoFar.contains("another") }
                    try await eventually { sent(first) >= 4 }
                    #expect(sent(second) == 0)
                    first.signal(SIGKILL)
                    try await eventually { sent(second) >= 2 }
                }
            }
            let worker = try await place.work()
            #expect(worker.errors.contains(" succeeded "))
        }
    }

    @Test("no other program has it, which is said with what would help")
    func others() async throws {
        try await Workplace.withReplies(vhost: "v2", tasks: Self.tasks) { place in
            let id = try await place.send("add", "1", "1")
            let other = try await place.run("tq-result", id)
            #expect(other.status == .exited(78))
            #expect(other.errors.contains("results are sent to the program that sent the task"))
            #expect(other.errors.contains("name an sqlite: or redis:// URL"))
            let elsewhere = try await place.run("tq-send", "-b", "sqlite:x.db", "add", "1", "1")
            #expect(elsewhere.status == .exited(78))
            #expect(
                elsewhere.errors.contains(
                    "the result backend is rpc://, which sends results over RabbitMQ"
                )
            )
            let broker = try await place.run("tq-send", "-b", "rpc://", "add", "1", "1")
            #expect(broker.errors.contains("the broker cannot be rpc://"))
            // The sender is gone: the worker runs its task all the same.
            let worker = try await place.work("-c", "1")
            #expect(worker.errors.contains("succeeded task=add"))
        }
    }

    @Test("it comes, and what it has come to meanwhile, though all connections are lost")
    func outage() async throws {
        try await Workplace.withReplies(vhost: "v3", tasks: Self.tasks) { place in
            let server = try #require(RabbitServer.current)
            try await place.withWorker("-c 4") { _ in
                try await place.withProgram("tq-send --wait slow 1 2") { waiter in
                    try await eventually { !place.lines("started").isEmpty }
                    _ = try await server.control("close_all_connections", "--vhost", "v3", "test")
                    #expect(try await waiter.waitForExit() == .exited(0))
                }
                let steps = try await place.run("tq-send", "--wait", "--progress", "steps")
                #expect(steps.output == "end\n")
                #expect(steps.errors.contains("3"))
            }
        }
    }

    @Test("a task that Celery sends has its result in Python")
    func fromCelery() async throws {
        let script = """
            from celery_app import *
            print(add.delay(2, 3).get(timeout=20))
            many = [add.delay(n, 1) for n in range(50)]
            print(sum(result.get(timeout=20) for result in many))
            result = fail.delay("x")
            try:
                result.get(timeout=20)
            except Exception as error:
                print(error, result.state)
            print(add.apply_async([1, 1], countdown=1).get(timeout=20))
            """
        try await Workplace.withReplies(vhost: "v4", tasks: Self.tasks) { place in
            try await place.withWorker("-c 2") { _ in
                let outcome = try await Celery.python(script, broker: place.url, backend: "rpc://")
                let lines = try outcome.succeeded().lines
                #expect(lines == ["5", "1275", "exit status 3 FAILURE", "2"])
            }
        }
    }

    @Test("a task that Celery runs has its result at the shell")
    func toCelery() async throws {
        try await Workplace.withReplies(vhost: "v5") { place in
            try await Celery.withWorker(on: place.url, backend: "rpc://") { _ in
                let sum = try await place.shell("tq-send --wait celery_app.add :2 :3")
                #expect(sum.output == "5\n")
                let lines = try await place.shell(
                    "seq 50 | sed 's/.*/[&, 1]/' | tq-send -w celery_app.add -"
                )
                #expect(lines.lines == (2...51).map(String.init))
                let failed = try await place.run("tq-send", "-w", "celery_app.fail", "bøøm")
                #expect(failed.status == .exited(1))
                #expect(failed.errors.contains("ValueError: bøøm"))
            }
        }
    }
}
