import FoundationEssentials
import TaskBeat
import TaskQueue
import TaskSchedules
import TaskSettings
import TestSupport
import Testing

@testable import TaskQueueClient

@Suite("one task has one message, whichever way it is sent", .timeLimit(.minutes(60)))
struct EverySenderTests {
    private static let task = "mail.send"
    private static let arguments = (args: #"[1,"x"]"#, kwargs: #"{"to":"Ada"}"#)
    /// Past, so that no message says how much time is left.
    private static let start = "2020-01-01T00:00:00Z"
    private static let end = "2020-01-01T01:00:00Z"

    /// How a task is described to each sender.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Of tq-send.
        let options: [String]
        /// Of tq-send that reads lines.
        var lineOptions: [String] = []
        /// Members of a line, after those for task and arguments.
        var line = ""
        let client: SendOptions
        /// Of an entry of tq-beat, after those for task and arguments; `nil`: it has no key for one of them.
        var entry: String?
    }

    private static let cases = [
        Case(testDescription: "nothing is said", options: [], client: SendOptions(), entry: ""),
        Case(
            testDescription: "all is said",
            options: words("-Q slow -p 3 --expires \(end)") + limits,
            lineOptions: limits,
            line: #", "queue": "slow", "priority": 3, "expires": "\#(end)""#,
            client: SendOptions(
                queue: "slow",
                expires: .at(Date(timeIntervalSince1970: 1_577_840_400)),
                priority: 3,
                timeLimit: .seconds(90),
                softTimeLimit: .milliseconds(20_500),
                maxRetries: 4,
                ignoresResult: true
            ),
            entry: """
                queue = "slow"
                expires = "1h"
                options = { priority = 3, time_limit = 90, soft_time_limit = 20.5, \
                max_retries = 4, ignore_result = true }
                """
        ),
        Case(
            testDescription: "what no schedule says",
            options: words("--at \(start) --unique key --unique-for 1m --id one"),
            line: """
                , "eta": "\(start)", "unique": "key", "unique_for": 60, "id": "one"
                """,
            client: SendOptions(
                eta: .at(Date(timeIntervalSince1970: 1_577_836_800)),
                uniqueKey: "key",
                uniqueFor: .seconds(60),
                id: "one"
            )
        ),
    ]

    private static let limits = words(
        "--time-limit 90 --soft-time-limit 20.5 --max-retries 4 --ignore-result"
    )

    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }

    private static func settings(_ entry: String) -> String {
        """
        task_default_priority = 8
        [task_routes]
        "mail.*" = "mail"
        [tasks."mail.*"]
        ignore_result = false
        [tasks."\(task)"]
        ignore_result = true
        [beat_schedule.mail]
        task = "\(task)"
        schedule = "@hourly"
        args = [1, "x"]
        kwargs = { to = "Ada" }
        \(entry)
        """
    }

    @Test("with the same headers, properties and body", arguments: cases)
    func same(_ description: Case) async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(Self.settings(description.entry ?? ""), to: "tq.toml")
            let settings = try SettingsFile.read(file)
            let client = try message(client: description.client, settings)
            #expect(client.queue == (description.client.queue ?? "mail"))
            let whole = ["--args", Self.arguments.args, "--kwargs", Self.arguments.kwargs]
            let option = try await dryRun(file, description.options + whole + [Self.task])
            #expect(option == client)
            let line = """
                {"task": "\(Self.task)", "args": \(Self.arguments.args), \
                "kwargs": \(Self.arguments.kwargs)\(description.line)}
                """
            #expect(try await dryRun(file, description.lineOptions + ["-"], line) == client)
            guard description.entry != nil else { return }
            let mark = "celery_beat_task: true"
            var beat = message(entry: try #require(settings.beatSchedule.first), settings)
            #expect(beat.headers.last == mark && !client.headers.contains(mark))
            beat.headers.removeLast()
            #expect(beat == client)
        }
    }

    // MARK: - Senders

    private func dryRun(
        _ settings: String,
        _ arguments: [String],
        _ input: String = ""
    ) async throws -> Sent {
        let common = ["--dry-run", "-b", "sqlite:none", "--config", settings]
        let outcome = try await run(
            "tq-send",
            arguments: common + arguments,
            input: Array(input.utf8)
        )
        let message = try JSONText(try outcome.succeeded().output.utf8)
        return Sent(
            queue: message[key: "queue"]?.string ?? "",
            headers: message[key: "headers"],
            properties: message[key: "properties"],
            body: message[key: "body"]?.text ?? ""
        )
    }

    private func message(client options: SendOptions, _ settings: Settings) throws -> Sent {
        let arguments = TaskArguments(
            args: try JSONText(Self.arguments.args.utf8),
            kwargs: try JSONText(Self.arguments.kwargs.utf8)
        )
        let origin = TaskOrigin(parent: nil, root: nil)
        var messages = SendingMessages(settings.taskDefaults)
        return Sent(messages.message(try options.draft(Self.task, arguments, origin)))
    }

    private func message(entry: BeatEntry, _ settings: Settings) -> Sent {
        let midnight = Timestamp(microseconds: 1_577_836_800_000_000)
        return Sent(BeatMessages(settings.taskDefaults).message(entry, at: midnight, in: "i"))
    }
}

/// A message without what differs from one sending to the next.
private struct Sent: Equatable {
    private static let own: Set = [
        "id", "root_id", "origin", NamedSending.header, "correlation_id", "reply_to",
        "delivery_tag",
    ]

    let queue: String
    /// In their order, as `key: value`.
    var headers: [String]
    let properties: [String]
    let body: String

    init(queue: String, headers: JSONText?, properties: JSONText?, body: String) {
        self.queue = queue
        self.headers = Self.lines(headers)
        self.properties = Self.lines(properties)
        self.body = body
    }

    init(_ message: OutgoingMessage) {
        self.init(
            queue: message.queue.text,
            headers: message.message.headers,
            properties: message.message.properties,
            body: String(decoding: message.message.body, as: UTF8.self)
        )
    }

    private static func lines(_ object: JSONText?) -> [String] {
        (object?.members ?? []).map { key, value in
            "\(key): \(own.contains(key) ? "its own" : value.text)"
        }
    }
}
