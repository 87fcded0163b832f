import Testing

@testable import TaskBeat
@testable import TaskQueue
@testable import TaskSchedules
@testable import TaskSettings

@Suite("the message of a firing")
struct BeatMessagesTests {
    private static let instant = Timestamp(microseconds: 1_767_225_600_000_000)

    private static func entry() throws -> BeatEntry {
        BeatEntry(
            name: "e",
            place: SettingsPlace(file: "f", line: 1, key: "e"),
            schedule: try Schedule("every 1h"),
            task: try #require(TaskName("a.b"))
        )
    }

    @Test("goes where the entry says, else the task's route, else the default")
    func queue() throws {
        var settings = Settings()
        var entry = try Self.entry()
        func message() -> OutgoingMessage {
            BeatMessages(settings.taskDefaults).message(entry, at: Self.instant, in: "i")
        }
        #expect(message().queue == .celery && message().priority == 0)
        settings.taskDefaultQueue = QueueName("default")
        settings.taskDefaultPriority = 2
        #expect(message().queue.text == "default" && message().priority == 2)
        entry.options.queue = QueueName("own")
        entry.options.priority = 7
        #expect(message().queue.text == "own" && message().priority == 7)
    }

    @Test("has the entry's arguments and options")
    func options() throws {
        var entry = try Self.entry()
        entry.arguments = TaskArguments(
            args: try JSONText("[123,456]".utf8),
            kwargs: try JSONText(#"{"a":1}"#.utf8)
        )
        entry.options.shared.timeLimits.hard = 30
        entry.options.shared.maxRetries = 4
        entry.options.ignoresResult = true
        entry.options.expires = .after(.seconds(90))
        entry.overlap = .skip
        let outgoing = BeatMessages(TaskDefaults()).message(entry, at: Self.instant, in: "i")
        #expect(outgoing.id == BeatMessages.id("e", at: Self.instant, in: "i"))
        #expect(!outgoing.expectsResult && outgoing.unique == UniqueHold("beat:e"))
        let headers = outgoing.message.headers
        #expect(headers[key: "id"]?.string == outgoing.id.text)
        #expect(headers[key: "expires"]?.string == "2026-01-01T00:01:30+00:00")
        #expect(headers[key: "timelimit"]?.text.replacing(" ", with: "") == "[30,null]")
        #expect(headers[key: "celery_beat_task"]?.boolean == true)
        let body = String(decoding: outgoing.message.body, as: UTF8.self)
        #expect(body.hasPrefix(#"[[123,456],{"a":1},"#))
        // Two messages of one firing are not taken for one by a broker.
        let again = BeatMessages(TaskDefaults()).message(entry, at: Self.instant, in: "i")
        #expect(again.id == outgoing.id && again.deliveryTag != outgoing.deliveryTag)
    }
}
