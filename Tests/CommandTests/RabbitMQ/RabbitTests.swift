import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite(
    "RabbitMQ, with results elsewhere",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .rabbitServer(vhosts: 16),
    .timeLimit(.minutes(60))
)
struct RabbitTests {
    private static let tasks = [
        "echo": #"echo "$1""#,
        "fail": "echo why >&2; exit 3",
        "once": "if test -e tried; then echo done; else touch tried; exit 75; fi",
        "slow": #"echo "$1" >>started; sleep "$2"; echo "$1" >>ended; echo "$1""#,
        "celery_app.add": "echo $(($1 + $2))",
        "celery_app.echo": "cat",
    ]

    @Test("runs what is sent, and its results are found by id", arguments: Transport.allCases)
    func round(_ results: Transport) async throws {
        let vhost = results == .sqlite ? "v1" : "v2"
        try await Workplace.withRabbit(vhost: vhost, results: results, tasks: Self.tasks) { place in
            try await place.shell("seq 2000 | tq-send echo - >ids").succeeded()
            let failing = try await place.send("fail")
            let pending = try await place.run("tq-result", failing)
            #expect(pending.status == .exited(3))
            try await place.work("-c", "8")
            let lines = try await place.shell("tq-result - <ids").succeeded().lines
            #expect(lines == (1...2000).map(String.init))
            let failed = try await place.result(failing)
            #expect(failed.status == .exited(1))
            #expect(failed.errors.contains("why"))
        }
    }

    @Test("waits for a result, and keeps what is delayed or tried again until its time")
    func later() async throws {
        let settings = "[tasks.once]\ndefault_retry_delay = 1\n"
        try await Workplace.withRabbit(vhost: "v3", tasks: Self.tasks, settings: settings) {
            place in
            try await place.withWorker("-c 4") { _ in
                let start = Instant.now
                let delayed = try await place.shell("tq-send --in 2 --wait echo late")
                #expect(delayed.output == "late\n")
                #expect(Instant.now - start >= .seconds(2))
                let text = "größe \u{2028} \"x\""
                let waited = try await place.run("tq-send", "--wait", "echo", text)
                #expect(waited.output == text + "\n")
                let again = try await place.run("tq-send", "--wait", "once")
                #expect(again.output == "done\n")
            }
        }
    }

    @Test("gives the tasks of a killed worker to another one at once")
    func killed() async throws {
        try await Workplace.withRabbit(vhost: "v4", tasks: Self.tasks) { place in
            let ids = try await place.shell("for i in 1 2 3 4; do tq-send slow $i 1; done")
            try await place.withWorker("-c 2 -n one") { worker in
                try await eventually { place.lines("started").count >= 2 }
                worker.signal(SIGKILL)
            }
            try await place.withWorker("-c 4 -n two") { _ in
                let results = try await place.shell(
                    "tq-result --wait --timeout 30 -",
                    input: ids.succeeded().output
                )
                #expect(results.lines == ["1", "2", "3", "4"])
            }
        }
    }

    @Test("finishes what runs as its connection is lost, and goes on over a new one")
    func lost() async throws {
        try await Workplace.withRabbit(vhost: "v5", tasks: Self.tasks) { place in
            let server = try #require(RabbitServer.current)
            let id = try await place.send("slow", "1", "4")
            try await place.withWorker("-c 1") { worker in
                try await eventually { place.lines("started").count == 1 }
                _ = try await server.control("close_all_connections", "--vhost", "v5", "test")
                let result = try await place.run("tq-result", "--wait", "--timeout", "30", id)
                #expect(result.output == "1\n")
                let next = try await place.run("tq-send", "--wait", "--timeout", "30", "echo", "on")
                #expect(next.output == "on\n")
                #expect(worker.errorsSoFar.contains("lost the connection to amqp://"))
            }
        }
    }

    @Test("puts back what a stopped worker had not begun, and runs each once")
    func stopped() async throws {
        try await Workplace.withRabbit(vhost: "v6", tasks: Self.tasks) { place in
            try await place.shell("for i in 1 2 3 4 5; do tq-send slow $i 1; done").succeeded()
            try await place.withWorker("-c 1") { worker in
                try await eventually { !place.lines("started").isEmpty }
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
            }
            try await place.work("-c", "1")
            // What was put back waits for a moment, in case that it still runs.
            #expect(place.lines("ended").sorted() == ["1", "2", "3", "4", "5"])
        }
    }

    @Test("says what it cannot do, and which server it cannot reach")
    func refusals() async throws {
        try await Workplace.withRabbit(vhost: "v7", tasks: Self.tasks) { place in
            let unique = try await place.run(
                "tq-send",
                "--unique",
                "k",
                "echo",
                environment: ["TQ_RESULT_BACKEND": nil]
            )
            #expect(
                unique.errors.contains(
                    "RabbitMQ cannot keep unique keys: use sqlite: or redis://, for results alone"
                )
            )
            let workers = try await place.run("tq-ctl", "workers", "--result-backend", "rpc://")
            #expect(workers.errors.contains("RabbitMQ cannot list queues"))
            let alone = try await place.run(
                "tq-work",
                "--burst",
                environment: ["TQ_RESULT_BACKEND": nil]
            )
            #expect(alone.status == .exited(78))
            #expect(alone.errors.contains("RabbitMQ keeps no results"))
            let vhost = try await place.run("tq-send", "-b", "\(place.url)x", "echo")
            #expect(vhost.errors.contains("its vhost v7x is not there"))
            let port = try #require(RabbitServer.current).port
            let stranger = "amqp://guest:s3cret@127.0.0.1:\(port)/v7"
            let refused = try await place.run("tq-send", "-b", stranger, "echo")
            #expect(refused.status == .exited(77))
            #expect(refused.errors.contains("***") && !refused.errors.contains("s3cret"))
            let nobody = try await place.run(
                "tq-send",
                "-b",
                "amqp://127.0.0.1:\(freePort())",
                "--connect-timeout",
                "2",
                "echo"
            )
            #expect(nobody.status == .exited(69))
            #expect(nobody.errors.contains("no server takes connections there"))
        }
    }

    @Test("keeps a message that no worker can run in a queue for dead letters")
    func dead() async throws {
        try await Workplace.withRabbit(vhost: "v8", tasks: Self.tasks) { place in
            let id = try await place.send("unheard.of")
            try await place.work()
            let result = try await place.result(id)
            #expect(result.status == .exited(1))
            let queues = try await #require(RabbitServer.current)
                .control("list_queues", "--vhost", "v8", "name", "messages")
            #expect(queues.contains("tq.dead.celery\t1"))
            #expect(queues.contains("celery\t0"))
        }
    }

    @Test("has each firing of tq-beat once, remembered where results are")
    func beat() async throws {
        let settings = """
            [beat_schedule.tick]
            task = "echo"
            args = ["tick"]
            schedule = 1
            """
        try await Workplace.withRabbit(vhost: "v9", tasks: Self.tasks, settings: settings) {
            place in
            try await place.withProgram("tq-beat") { first in
                try await place.withProgram("tq-beat") { second in
                    try await eventually {
                        (first.errorsSoFar + second.errorsSoFar).split(separator: "\n")
                            .count { $0.contains(" sent entry=tick") } >= 3
                    }
                    for beat in [first, second] { beat.signal(SIGTERM) }
                    _ = try await first.waitForExit()
                    _ = try await second.waitForExit()
                    let lines = (first.errorsSoFar + second.errorsSoFar).split(separator: "\n")
                    let sent = lines.filter { $0.contains(" sent entry=tick") }
                    let worker = try await place.work()
                    let ran = worker.errors.split(separator: "\n").count {
                        $0.contains(" succeeded ")
                    }
                    #expect(ran == sent.count)
                }
            }
        }
    }
}

// MARK: - Servers

extension RabbitTests {
    @Test("tries the nodes that its URL names one after the other")
    func nodes() async throws {
        try await Workplace.withRabbit(vhost: "v13", tasks: Self.tasks) { place in
            let (dead, port) = (try freePort(), try #require(RabbitServer.current).port)
            let here = "127.0.0.1:\(port)"
            for url in [
                "amqp://127.0.0.1:\(dead),\(here)/v13",
                "amqp://127.0.0.1:\(dead)/v13;amqp://\(here)/v13",
            ] {
                let sent = try await place.run("tq-send", "-b", url, "echo")
                #expect(sent.status == .exited(0))
            }
        }
    }

    @Test("declares queues as the settings say, as Celery would")
    func declarations() async throws {
        for (vhost, setting, arguments) in [
            ("v15", "task_default_queue_type = 'quorum'", #"{"x-queue-type": "quorum"}"#),
            ("v16", "task_queue_max_priority = 9", #"{"x-max-priority": 9}"#),
        ] {
            try await Workplace.withRabbit(
                vhost: vhost,
                results: .redis,
                tasks: Self.tasks,
                settings: setting + "\n"
            ) { place in
                _ = try await place.send("echo", "low")
                _ = try await place.send("--priority", "9", "slow", "urgent", "0")
                let script = """
                    import celery_app
                    from kombu import Queue
                    with celery_app.app.connection() as connection:
                        Queue("celery", queue_arguments=\(arguments))(connection).declare()
                    """
                try await Celery.python(script, broker: place.url, backend: place.resultURL)
                    .succeeded()
                let worker = try await place.work("--log-level", "debug")
                let started = worker.errors.split(separator: "\n").filter { $0.contains("started") }
                #expect(started.count == 2)
                if vhost == "v16" { #expect(started.first?.contains("task=slow") == true) }
            }
        }
    }

    @Test("takes from quorum queues that Celery has declared, and from classic ones beside them")
    func quorum() async throws {
        let settings = "[tasks.once]\ndefault_retry_delay = 1\n"
        try await Workplace.withRabbit(
            vhost: "v14",
            results: .redis,
            tasks: Self.tasks,
            settings: settings
        ) { place in
            let script = """
                import celery_app
                from kombu import Queue
                limits = {"x-delivery-limit": 3, "x-max-length": 100000, "x-message-ttl": 3600000}
                with celery_app.app.connection() as connection:
                    for name, arguments in ("celery", {}), ("q", limits):
                        Queue(name, queue_arguments=arguments | {"x-queue-type": "quorum"})(
                            connection).declare()
                    Queue("short", queue_arguments={"x-message-ttl": 3600000})(connection).declare()
                """
            try await Celery.python(script, broker: place.url, backend: place.resultURL)
                .succeeded()
            let sending = """
                seq 400 | tq-send echo - >ids
                seq 401 500 | tq-send -Q q echo - >>ids
                seq 501 600 | tq-send -Q short echo - >>ids
                tq-send once >>ids; tq-send --in 1 -Q q echo late >>ids
                """
            try await place.shell(sending).succeeded()
            // One that is killed with tasks in its hands, and one that is stopped.
            try await place.shell("tq-send slow 1 5 >>ids; tq-send -Q q slow 2 5 >>ids").succeeded()
            for signal in [SIGKILL, SIGTERM] {
                try await place.withWorker("-c 3 -Q celery,q,short") { worker in
                    try await eventually { !place.lines("started").isEmpty }
                    worker.signal(signal)
                    _ = try await worker.waitForExit()
                }
            }
            try await place.withWorker("-c 4 -Q celery,q,short") { _ in
                let lines = try await place.shell("tq-result --wait --timeout 60 - <ids").lines
                #expect(lines == (1...600).map(String.init) + ["done", "late", "1", "2"])
            }
        }
    }
}

// MARK: - Beside Celery

extension RabbitTests {
    @Test("a task that Celery sends has its result in Python")
    func fromCelery() async throws {
        let script = """
            from celery_app import *
            print(add.delay(2, 3).get(timeout=20))
            print(echo.apply_async(["é☃"], {"größe": 10 ** 20}, priority=3).get(timeout=20)["args"])
            print(len(echo.delay("x" * 3_000_000).get(timeout=40)["args"][0]))
            print(add.apply_async([1, 1], compression="zlib", countdown=1).get(timeout=20))
            """
        try await Workplace.withRabbit(vhost: "v10", results: .redis, tasks: Self.tasks) { place in
            try await place.withWorker("-c 2") { _ in
                let outcome = try await Celery.python(
                    script,
                    broker: place.url,
                    backend: place.resultURL
                )
                let lines = try outcome.succeeded().lines
                #expect(lines == ["5", "['é☃']", "3000000", "2"])
            }
        }
    }

    @Test("a task that Celery runs has its result at the shell")
    func toCelery() async throws {
        try await Workplace.withRabbit(vhost: "v11", results: .redis) { place in
            try await Celery.withWorker(on: place.url, backend: place.resultURL) { _ in
                let sum = try await place.shell("tq-send --wait celery_app.add :2 :3")
                #expect(sum.output == "5\n")
                let lines = try await place.shell(
                    "seq 50 | sed 's/.*/[&, 1]/' | tq-send -w celery_app.add -"
                )
                #expect(lines.lines == (2...51).map(String.init))
                let late = try await place.run("tq-send", "--in", "1", "-w", "unicode", "añ☃😀")
                #expect(late.output == "😀☃ña\n")
                let failed = try await place.run("tq-send", "-w", "celery_app.fail", "bøøm")
                #expect(failed.status == .exited(1))
                #expect(failed.errors.contains("ValueError: bøøm"))
            }
        }
    }
}
