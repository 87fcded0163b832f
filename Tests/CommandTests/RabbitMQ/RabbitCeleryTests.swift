import TaskQueue
import TestSupport
import Testing

/// All that Celery and tq say to each other over RabbitMQ, each way, and with results at either place.
@Suite(
    "RabbitMQ with Celery at the other end",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .rabbitServer(vhosts: 5),
    .timeLimit(.minutes(60))
)
struct RabbitCeleryTests {
    /// Where results are.
    enum Results: String, CaseIterable {
        case redis, replies
    }

    /// As `celery_queues.py` has them, as options.
    private static let queues = [
        "celery", "urgent", "parcels", "audio", "video", "news one", "news two", "kept", "größe ☃",
    ]

    private static let settings = """
        [tasks."tried.again"]
        default_retry_delay = 1
        [tasks."to.news"]
        default_retry_delay = 1
        [task_routes]
        "celery_app.add" = { queue = "audio" }
        """

    private static let tasks = [
        "celery_app.add": "echo $(($1 + $2))",
        "celery_app.echo": "cat",
        "celery_app.fail": "echo \"about $1\" >&2; exit 3",
        "celery_app.whoami": "echo $1 >>order",
        "to.parcels": #"echo "$TQ_QUEUE""#,
        "to.audio": #"echo "$TQ_QUEUE""#,
        "to.video": #"echo "$TQ_QUEUE""#,
        "to.news": #"echo "$TQ_RETRIES $TQ_QUEUE" >>news; test $TQ_RETRIES = 1 || exit 75"#,
        "tried.again": #"test $TQ_RETRIES = 1 || exit 75; echo "$TQ_QUEUE""#,
    ]

    /// Lends a place on a vhost of its own, in which Celery has declared all queues.
    private func withPlace(
        _ results: Results,
        _ vhosts: (redis: String, replies: String),
        _ body: (Workplace) async throws -> Void
    ) async throws {
        func prepared(_ place: Workplace) async throws {
            let script = """
                from celery_queues import *
                with app.connection() as connection:
                    declare(connection)
                """
            try await Celery.python(script, broker: place.url, backend: place.resultURL)
                .succeeded()
            try await body(place)
        }
        switch results {
        case .redis:
            try await Workplace.withRabbit(
                vhost: vhosts.redis,
                results: .redis,
                tasks: Self.tasks,
                settings: Self.settings,
                prepared
            )
        case .replies:
            try await Workplace.withReplies(
                vhost: vhosts.replies,
                tasks: Self.tasks,
                settings: Self.settings,
                prepared
            )
        }
    }
}

// MARK: - From tq to Celery

extension RabbitCeleryTests {
    @Test(
        "Celery runs what tq-send sends, to whichever queue, and its results come",
        arguments: Results.allCases
    )
    func toCelery(_ results: Results) async throws {
        try await withPlace(results, ("v1", "v2")) { place in
            // Before there is a worker.
            let urgent =
                "for p in 3 9 0 6; do tq-send -Q urgent -p $p --id p$p celery_app.add :2 :$p; done"
            try await place.shell(urgent).succeeded()
            try await Celery.withWorker(
                of: "celery_queues",
                on: place.url,
                backend: place.resultURL,
                queues: Self.queues
            ) { worker in
                try await ways(place)
                try await plain(place)
                try await large(place)
                try await eventually { worker.errorsSoFar.contains("celery_app.add[p0] succeeded") }
                let order = worker.errorsSoFar.split(separator: "\n").compactMap { line in
                    ["p0", "p3", "p6", "p9"].first { line.contains("[\($0)] received") }
                }
                #expect(order == ["p9", "p6", "p3", "p0"])
                // What came to more queues than its own was there at once.
                let ids = worker.errorsSoFar.split(separator: "\n").filter {
                    $0.contains("] received") && !$0.contains("tried.again")
                }.compactMap { $0.split(separator: "[").last }
                #expect(ids.count == Set(ids).count)
            }
        }
    }

    /// Each queue, at once and later.
    private func ways(_ place: Workplace) async throws {
        let list = Self.queues.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            for queue in \(list); do
                for time in "" "--in 1"; do
                    tq-send -w $time -Q "$queue" celery_app.whoami >"$queue$time" &
                done
            done
            wait
            """
        try await place.shell(script).succeeded()
        for queue in Self.queues {
            for time in ["", "--in 1"] {
                let text = place.lines(queue + time).first ?? ""
                let seen = try #require(try? JSONText(text.utf8), "\(queue) \(time): \(text)")
                let key = seen[key: "delivery_info"]?[key: "routing_key"]?.string
                #expect(key == queue || key?.hasSuffix(".\(queue).tq") == true)
            }
        }
    }

    /// What is said of tasks.
    private func plain(_ place: Workplace) async throws {
        let unicode = try await place.shell(
            "tq-send -w celery_app.echo 'añ☃😀' größe:=100000000000000000000"
        )
        let echoed = try JSONText(unicode.succeeded().outputBytes)
        #expect(echoed[key: "args"]?.elements?.map(\.string) == ["añ☃😀"])
        #expect(echoed[key: "kwargs"]?[key: "größe"]?.text == "100000000000000000000")
        let failed = try await place.run("tq-send", "-w", "celery_app.fail", "bøøm")
        #expect(failed.status == .exited(1) && failed.errors.contains("ValueError: bøøm"))
        let expired = try await place.run("tq-send", "-w", "--expires", "@1", "celery_app.echo")
        #expect(
            expired.status == .exited(5) && expired.errors.contains("TaskRevokedError: expired")
        )
        let routed = try await place.run("tq-send", "-w", "celery_app.add", ":2", ":3")
        #expect(routed.output == "5\n")
        let again = try await place.shell(
            "for q in celery audio kept; do tq-send -w -Q $q tried.again; done"
        )
        #expect(again.lines.map { $0.split(separator: ".").last } == ["celery", "audio", "kept"])
        let late = try await place.run("tq-send", "-w", "--in", "1", "-Q", "kept", "tried.again")
        #expect(late.output.hasSuffix(".kept.tq\n"))
        try await place.shell("tq-send --ignore-result --id ignored celery_app.echo").succeeded()
        let record = "celery-task-meta-ignored"
        let next = try await place.run("tq-send", "-w", "celery_app.echo")
        #expect(next.status == .exited(0))
        if let redis = place.redis { #expect(try await redis.cli("EXISTS", record) == "0") }
    }

    /// Ten megabytes, there and back.
    private func large(_ place: Workplace) async throws {
        let script =
            #"(printf '["'; head -c 10485760 /dev/zero | tr '\0' x; printf '"]\n') | tq-send -w celery_app.echo - | wc -c"#
        let outcome = try await place.shell(script).succeeded()
        #expect(outcome.lines.first.flatMap { Int($0) } ?? 0 > 10_485_760)
    }
}

// MARK: - From Celery to tq

extension RabbitCeleryTests {
    @Test(
        "tq-work runs what Celery sends, over any exchange, and Python has its results",
        arguments: Results.allCases
    )
    func fromCelery(_ results: Results) async throws {
        try await withPlace(results, ("v3", "v4")) { place in
            let urgent = """
                from celery_queues import *
                from celery_app import *
                for priority in (3, 9, 0, 6):
                    whoami.apply_async((priority,), queue="urgent", priority=priority)
                """
            try await Celery.python(urgent, broker: place.url, backend: place.resultURL)
                .succeeded()
            try await place.work("-Q", "urgent")
            #expect(place.lines("order") == ["9", "6", "3", "0"])
            let list = Self.queues.map { "-Q '\($0)'" }.joined(separator: " ")
            try await place.withWorker("-c 4 \(list)") { worker in
                let outcome = try await Celery.python(
                    Self.script,
                    broker: place.url,
                    backend: place.resultURL
                )
                let lines = try outcome.succeeded().lines
                #expect(lines == Self.expected)
                try await eventually {
                    worker.errorsSoFar.contains("succeeded task=celery_app.add id=ignored")
                        && place.lines("news").count >= 4
                }
                if let redis = place.redis {
                    #expect(try await redis.cli("EXISTS", "celery-task-meta-ignored") == "0")
                }
                #expect(
                    place.lines("news").sorted() == [
                        "0 news one", "0 news two", "1 news one", "1 news two",
                    ]
                )
            }
        }
    }

    private static let script = """
        from celery_queues import *
        from celery_app import *
        from kombu.transport.native_delayed_delivery import *

        def show(*results):
            for result in results:
                try:
                    print(result.get(timeout=40))
                except Exception as error:
                    print(type(error).__name__, error, result.state)

        show(add.delay(0, 0))
        # As a worker of this application does when it starts.
        with app.connection() as connection:
            for name in "audio", "video":
                bind_queue_to_native_delayed_delivery_exchange(connection, app.amqp.queues[name])
        seen = echo.apply_async(["é☃😀", 1.5, None, [True]], {"größe": 10 ** 20}, expires=60).get(timeout=40)
        print(seen["args"], seen["kwargs"], bool(seen["expires"]))
        show(fail.delay("bøøm"))
        show(*[app.send_task(name) for name in ("to.parcels", "to.audio", "to.video")])
        show(app.send_task("to.parcels", exchange="depot", routing_key="parcel"))
        show(app.send_task("to.audio", queue="größe ☃"))
        app.send_task("to.news")
        show(*[app.send_task("tried.again", queue=name) for name in (
            "celery", "parcels", "audio", "video", "kept", "größe ☃")])
        show(*[app.send_task("to.audio", queue=name, countdown=1) for name in (
            "celery", "parcels", "audio", "video", "kept")])
        show(add.apply_async((1, 2), queue="kept", countdown=3, expires=1))
        show(*[add.apply_async((2, 3), compression=name) for name in ("zlib", "gzip", "bzip2", "lzma")])
        add.apply_async((2, 3), ignore_result=True, task_id="ignored")
        for compression in None, "zlib":
            print(len(echo.apply_async(["x" * 10485760], compression=compression).get(timeout=60)["args"][0]))
        """

    private static let expected =
        [
            "0", "['é☃😀', 1.5, None, [True]] {'größe': 100000000000000000000} True",
            "CommandFailed exit status 3 FAILURE", "parcels", "audio", "video", "parcels",
            "größe ☃",
        ] + ["celery", "parcels", "audio", "video", "kept", "größe ☃"]
        + ["celery", "parcels", "audio", "video", "kept"]
        + ["TaskRevokedError expired REVOKED", "5", "5", "5", "5", "10485760", "10485760"]
}

// MARK: - Declarations

extension RabbitCeleryTests {
    @Test(
        "declares its default queue so that Celery can, and takes delayed tasks that Celery sends there"
    )
    func defaultQueue() async throws {
        let settings = """
            task_default_queue_type = "quorum"
            task_default_exchange_type = "topic"
            """
        try await Workplace.withReplies(vhost: "v5", tasks: Self.tasks, settings: settings) {
            place in
            let loose = """
                from celery_app import app
                with app.connection() as connection:
                    connection.default_channel.exchange_declare("loose", "topic", durable=True, auto_delete=False)
                """
            try await Celery.python(loose, broker: place.url, backend: "rpc://").succeeded()
            // Beside an exchange that is there with its name, of another type.
            _ = try await place.send("-Q", "loose", "to.audio")
            try await place.withWorker("-Q celery,loose") { worker in
                let first = try await place.run("tq-send", "-w", "to.audio")
                #expect(first.output == "celery\n")
                let script = """
                    from celery_app import *
                    app.conf.task_default_queue_type = "quorum"
                    app.conf.task_default_exchange_type = "topic"
                    print(app.send_task("to.audio").get(timeout=40))
                    print(app.send_task("to.audio", countdown=1).get(timeout=40))
                    """
                let lines = try await Celery.python(script, broker: place.url, backend: "rpc://")
                    .succeeded().lines
                #expect(lines == ["celery", "celery"])
            }
        }
    }
}
