import TaskQueue
import TestSupport
import Testing

@Suite("the options of tq-send, as the broker has them", .timeLimit(.minutes(60)))
struct SendOptionsTests {
    /// What one call of tq-send leaves in a broker.
    private func sent(
        _ transport: Transport,
        settings: String? = nil,
        queue: String = "celery",
        _ arguments: String
    ) async throws -> StoredMessage {
        try await Workplace.with(transport, settings: settings) { place in
            try await place.shell("tq-send \(arguments)").succeeded()
            let messages = try await place.messages(in: queue)
            try #require(messages.count == 1)
            return messages[0]
        }
    }

    @Test("are as Celery has them", arguments: Transport.allCases)
    func celery(_ transport: Transport) async throws {
        let message = try await sent(
            transport,
            "-p 6 --id my-id --ignore-result --max-retries 4 --time-limit 1m30s "
                + "--soft-time-limit 250ms add :2 k=v"
        )
        #expect(message.id == "my-id")
        #expect(message.properties[key: "correlation_id"]?.string == "my-id")
        #expect(message.task == "add")
        #expect(message.args == "[2]" && message.kwargs == #"{"k":"v"}"#)
        #expect(message.priority == 6)
        #expect(message.headers[key: "ignore_result"]?.boolean == true)
        #expect(message.headers[key: "max_retries"]?.integer == 4)
        #expect(message.headers[key: "timelimit"]?.text == "[90,0.25]")
        #expect(message.headers[key: "root_id"]?.string == "my-id")
        #expect(message.headers[key: "parent_id"] == .null)
        #expect(message.headers[key: "retries"]?.integer == 0)
        #expect(message.headers[key: "eta"] == .null)
        #expect(message.headers[key: "argsrepr"]?.string == "(2,)")
        #expect(message.headers[key: "kwargsrepr"]?.string == "{'k': 'v'}")
        #expect(!message.isDelayed)
    }

    @Test("--in and --expires count from now", arguments: Transport.allCases)
    func durations(_ transport: Transport) async throws {
        let before = Timestamp.now()
        let message = try await sent(transport, "--in 10m --expires 1h30m add")
        let after = Timestamp.now()
        for (key, delay) in [("eta", Duration.seconds(600)), ("expires", .seconds(5_400))] {
            let text = try #require(message.headers[key: key]?.string)
            let time = try TimeText.parse(text, in: try LocalTimeZone(named: "UTC"))
            #expect(time >= before + delay - .milliseconds(1) && time <= after + delay)
        }
        #expect(message.isDelayed)
        let expiration = try #require(message.properties[key: "expiration"]?.string)
        #expect((5_390_000...5_400_000).contains(Int(expiration) ?? 0))
    }

    @Test(
        "--at takes local times in the configured time zone",
        arguments: [
            ("--at '2100-01-02 03:04'", "2100-01-01T19:04:00+00:00"),
            ("--at 2100-01-02T03:04:05.5+01:00", "2100-01-02T02:04:05.500000+00:00"),
            ("--at @4102444800", "2100-01-01T00:00:00+00:00"),
        ]
    )
    func times(_ option: String, _ eta: String) async throws {
        let message = try await sent(
            .sqlite,
            settings: #"timezone = "Asia/Shanghai""#,
            "\(option) add"
        )
        #expect(message.headers[key: "eta"]?.string == eta)
    }

    private static let routes = """
        task_default_queue = "main"
        task_default_priority = 4
        [task_routes]
        "mail.*" = { queue = "mail", priority = 1 }
        "report.*" = "low"
        [tasks.quiet]
        ignore_result = true
        """

    @Test(
        "leave the rest to the settings",
        arguments: [
            ("add", "main", 4), ("mail.send", "mail", 1), ("report.build", "low", 4),
            ("-Q own -p 9 mail.send", "own", 9),
        ]
    )
    func routes(_ arguments: String, _ queue: String, _ priority: Int) async throws {
        let message = try await sent(.sqlite, settings: Self.routes, queue: queue, arguments)
        #expect(message.priority == priority)
        #expect(message.headers[key: "ignore_result"]?.boolean == false)
        let info = message.properties[key: "delivery_info"]
        #expect(info?[key: "routing_key"]?.string == queue)
    }

    @Test("leave it to the settings whether a result is stored")
    func ignoredResult() async throws {
        let message = try await sent(.sqlite, settings: Self.routes, queue: "main", "quiet")
        #expect(message.headers[key: "ignore_result"]?.boolean == true)
    }
}
