import TaskBeat
import TaskQueue
import TestSupport
import Testing

@testable import RedisTransport

@Suite("a server that lies ends no process", .timeLimit(.minutes(60)))
struct RedisReplyTests {
    @Test(
        "whatever it answers",
        arguments: [
            ":9223372036854775807\r\n", ":-9223372036854775808\r\n", "*0\r\n", "$-1\r\n",
            "*1\r\n:-9223372036854775808\r\n", "*1\r\n:9223372036854775807\r\n", "+\r\n",
            "*5\r\n+x\r\n+y\r\n*1\r\n:-7\r\n:1\r\n:-7\r\n",
            "*6\r\n+1\r\n+2\r\n*1\r\n:-7\r\n:1\r\n:-7\r\n$1\r\nx\r\n", "*2\r\n+0\r\n*1\r\n+x\r\n",
        ]
    )
    func answers(_ answer: String) async throws {
        let calls: [(RedisBroker) throws -> Void] = [
            { _ = try $0.count(waitingIn: .celery) },
            { _ = try $0.purge(.celery, includingDelayed: true) },
            { _ = try $0.summaries(of: [.celery]) },
            { _ = try $0.receive(from: [.celery], upTo: 3) },
            { _ = try $0.finish([.init(Self.delivery, result: nil)]) },
            { _ = try $0.setPaused(.celery, true) },
            { _ = try $0.workers() },
            { _ = try $0.recoverTasks() },
            { _ = try $0.take(BeatLease(group: "g", holder: "h")) },
            { _ = try $0.register([Self.entry, Self.entry], at: .now()) },
        ]
        for call in calls {
            let server = try LyingServer(answer)
            let address = try RedisAddress.reading("redis://127.0.0.1:\(server.port)")
            let broker = try RedisBroker(
                address,
                worker: "w",
                timeout: .seconds(2),
                replyTimeout: .milliseconds(300),
                resultLifetime: nil
            )
            _ = try? call(broker)
        }
    }

    @Test(
        "and takes no more memory than an answer may",
        arguments: ["*1000000000\r\n", "*2147483647\r\n"]
    )
    func parts(_ answer: String) throws {
        let reader = ReplyReader()
        reader.input.copyBytes(from: answer.utf8)
        reader.feed(answer.utf8.count)
        let error = #expect(throws: StreamFailure.self) { _ = try reader.next() }
        #expect(error?.reason.contains("more parts than it can have") == true)
    }

    @Test(
        "and a delivery tag of a client's own says no time that there is not",
        arguments: [
            "tq:x:0:1y2p0ij32e8e7:0", "tq:x:0:-1y2p0ij32e8e8:0", "tq::::", "tq:\u{301}:a:*:c",
        ]
    )
    func tags(_ tag: String) {
        #expect(RedisKeys.parts(ofTag: tag)?.takenAt == nil)
    }

    private static let delivery = Delivery(
        tag: "tq:w:0:0:0",
        queue: .celery,
        content: .kombu(Array("{}".utf8))
    )

    private static var entry: BeatRegistration {
        get throws {
            let text = "[beat_schedule.e]\ntask = 't'\nschedule = '@daily'\n"
            let drafts = try LiveEntryText.drafts(Array(text.utf8), of: "f", zone: .system)
            return drafts[0].newEntry.registration
        }
    }
}
