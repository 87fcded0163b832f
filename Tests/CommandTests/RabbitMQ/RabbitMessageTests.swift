import TaskQueue
import TestSupport
import Testing

@Suite(
    "a message on RabbitMQ that tq publishes again",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .requires(Celery.isInstalled, "Celery"),
    .rabbitServer(vhosts: 3),
    .timeLimit(.minutes(60))
)
struct RabbitMessageTests {
    /// What any client of AMQP may say with a message.
    private static let sending = """
        import datetime, decimal, json
        from celery_app import app
        from amqp import Message

        when = datetime.datetime(2026, 1, 2, 3, 4, 5)
        nested = {"deep": [when, b"\\xff\\xfe", {"more": decimal.Decimal("1.25")}], "plain": [1, None, True, 0.5]}
        headers = {
            "lang": "py", "task": "echo", "id": "x", "root_id": "x", "retries": 0, "eta": None,
            "when": when, "blob": b"\\xff\\x00", "price": decimal.Decimal("9.99"), "nested": nested,
            "big": 2 ** 40, "text": "größe", "stamps": {}}
        with app.connection() as connection:
            channel = connection.default_channel
            channel.queue_declare("celery", durable=True, auto_delete=False)
            channel.basic_publish(
                Message(
                    json.dumps([["größe"], {}, {}]), content_type="application/json",
                    content_encoding="us-ascii", application_headers=headers, delivery_mode=2, priority=3,
                    correlation_id="x", reply_to="nobody", expiration="600000", message_id="m-1",
                    timestamp=1767323045, type="kind", user_id="guest", app_id="app", cluster_id="cluster"),
                routing_key="celery")
        """

    /// Says what the first message of a queue is, as soon as there is one.
    private static func reading(_ queue: String) -> String {
        """
        import time
        from celery_app import app
        with app.connection() as connection:
            while not (message := connection.default_channel.basic_get("\(queue)")):
                time.sleep(0.05)
            found = dict(message.properties)
            headers = found.pop("application_headers")
            for key in sorted(found):
                print(key, repr(found[key]))
            for key in "when", "blob", "price", "nested", "big", "text", "stamps", "retries":
                print("header", key, repr(headers[key]))
            print(message.body)
        """
    }

    private static let time = "datetime.datetime(2026, 1, 2, 3, 4, 5)"

    /// Without `expiration`, for the server must not drop it on its further way, and `user_id`, which it takes from that
    /// user alone.
    private static func expected(retries: Int) -> [String] {
        [
            "app_id 'app'", "cluster_id 'cluster'", "content_encoding 'us-ascii'",
            "content_type 'application/json'", "correlation_id 'x'", "delivery_mode 2",
            "message_id 'm-1'", "priority 3", "reply_to 'nobody'", "timestamp 1767323045",
            "type 'kind'",
            "header when \(time)", #"header blob b'\xff\x00'"#, "header price Decimal('9.99')",
            #"header nested {'deep': [\#(time), b'\xff\xfe', {'more': Decimal('1.25')}], "#
                + "'plain': [1, None, True, 0.5]}",
            "header big 1099511627776", "header text 'größe'", "header stamps {}",
            "header retries \(retries)", #"[["gr\u00f6\u00dfe"], {}, {}]"#,
        ]
    }

    /// Has a message that says all this sent, something done with it, and reads it again.
    private func read(
        _ vhost: String,
        from queue: String,
        tasks: [String: String] = [:],
        after body: (Workplace) async throws -> Void
    ) async throws -> [String] {
        try await Workplace.withRabbit(
            vhost: vhost,
            tasks: tasks,
            settings: "[tasks.echo]\ndefault_retry_delay = 1\n"
        ) { place in
            try await Self.python(Self.sending, place)
            try await body(place)
            return try await Self.python(Self.reading(queue), place).lines
        }
    }

    @discardableResult
    private static func python(_ script: String, _ place: Workplace) async throws -> Outcome {
        try await Celery.python(script, broker: place.url, backend: "rpc://").succeeded()
    }

    @Test("says the same when it was moved")
    func moved() async throws {
        let lines = try await read("v1", from: "other") { place in
            try await place.shell("tq-ctl move celery other").succeeded()
        }
        #expect(lines == Self.expected(retries: 0))
    }

    @Test("says the same when its task is tried again")
    func triedAgain() async throws {
        let lines = try await read("v2", from: "celery", tasks: ["echo": "exit 75"]) { place in
            try await place.shell("tq-work -c 1 --max-tasks 1").succeeded()
        }
        #expect(lines == Self.expected(retries: 1))
    }

    @Test("says the same when it was a dead letter")
    func dead() async throws {
        let lines = try await read("v3", from: "celery", tasks: ["other": ""]) { place in
            try await place.work()
            try await place.shell("tq-ctl dead retry --all").succeeded()
        }
        #expect(lines == Self.expected(retries: 0))
    }
}
