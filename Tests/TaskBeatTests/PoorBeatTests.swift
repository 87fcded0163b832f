import Synchronization
import TestSupport
import Testing

@testable import TaskBeat
@testable import TaskQueue
@testable import TaskSchedules

@Suite("a beat at a broker that remembers nothing, with a store elsewhere that does")
struct PoorBeatTests {
    /// The beat's own clock.
    private final class Clock: Sendable {
        private let time = Mutex(Moment(.now, Timestamp(microseconds: 1_767_225_600_000_000)))
        var now: Moment { time.withLock { $0 } }
        func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    private let server = PoorServer()
    private let memory = MemoryStore()
    private let clock = Clock()

    private func driver() throws -> BeatDriver {
        var entry = BeatEntry(
            name: "e",
            place: SettingsPlace(file: "f", line: 1, key: "e"),
            schedule: try Schedule("every 1m"),
            task: try #require(TaskName("t"))
        )
        entry.scheduleText = "every 1m"
        let configuration = BeatConfiguration(
            entries: [entry],
            zone: .system,
            messages: BeatMessages(TaskDefaults())
        )
        return try BeatDriver(
            configuration,
            clock: { [clock] in clock.now },
            connect: { [server, memory] () throws(BrokerError) -> any BeatStore in
                try BeatOutbox(
                    to: server.connect("beat"),
                    remembering: MemoryBroker(memory, worker: "beat"),
                    in: BeatOutbox.queue(of: "poor:")
                )
            },
            report: { _ in }
        )
    }

    @Test("sends there what is remembered here, each firing once")
    func sends() throws {
        #expect(try driver().runOnce() == 1)
        clock.pass(.seconds(61))
        #expect(try driver().runOnce() == 1)
        #expect(try driver().runOnce() == 1)
        let sent = try server.connect().receive(from: [.celery], upTo: 9)
        #expect(sent.count == 1)
        #expect(try sent.allSatisfy { try $0.message().headers[key: "task"]?.string == "t" })
        let queue = MemoryBroker(memory, worker: "reader")
        #expect(try queue.queueNames().isEmpty)
        #expect(try queue.beatEntries().map(\.record.count) == [1])
    }

    @Test("sends what was remembered and not sent when there is a connection again")
    func sendsLater() throws {
        let wake = try WakeEvent()
        wake.signal()
        var rounds = 0
        try driver().run(
            woken: wake.descriptor,
            orders: {
                rounds += 1
                clock.pass(.seconds(61))
                if rounds == 2 { server.cut("beat") }
                return rounds < 4 ? nil : .stop
            }
        )
        let sent = try server.connect().receiveIDs()
        #expect(sent.count == 3 && Set(sent).count == 3)
        #expect(try MemoryBroker(memory, worker: "reader").queueNames().isEmpty)
    }
}
