import Synchronization
import TestSupport
import Testing

@testable import TaskBeat
@testable import TaskQueue
@testable import TaskSchedules

@Suite("a beat on a store in memory", .timeLimit(.minutes(60)))
struct BeatDriverTests {
    /// Midnight in UTC.
    private static let midnight = Timestamp(microseconds: 1_767_225_600_000_000)

    /// A clock that a test sets.
    private final class Clock: Sendable {
        private let time = Mutex(Moment(.now, BeatDriverTests.midnight))
        var now: Moment { time.withLock { $0 } }
        func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    /// What a beat has told.
    private final class Log: Sendable {
        private let told = Mutex<[String]>([])
        var all: [String] { told.withLock { $0 } }

        func tell(_ event: BeatEvent) {
            let name =
                switch event {
                case .leads(let entries): "leads \(entries)"
                case .follows: "follows"
                case .sent(let entry, _, _, let lateness): "sent \(entry.name) \(lateness)"
                case .passed(let entry, _): "passed \(entry.name)"
                case .brokerFailed: "broker failed"
                default: "\(event)"
                }
            told.withLock { $0.append(name) }
        }
    }

    private let store = MemoryStore()
    private let faults = Faults()
    private let clock = Clock()
    private let log = Log()

    private static func configuration(_ schedules: String...) throws -> BeatConfiguration {
        let entries = try schedules.enumerated().map { index, schedule in
            var entry = BeatEntry(
                name: "e\(index)",
                place: SettingsPlace(file: "f", line: 1, key: "e\(index)"),
                schedule: try Schedule(schedule),
                task: try #require(TaskName("t"))
            )
            entry.scheduleText = schedule
            return entry
        }
        return BeatConfiguration(
            entries: entries,
            zone: .system,
            messages: BeatMessages(TaskDefaults())
        )
    }

    private func made(_ configuration: BeatConfiguration) throws -> BeatDriver {
        try BeatDriver(
            configuration,
            clock: { [clock] in clock.now },
            connect: { [store, faults] () throws(BrokerError) -> any BeatStore in
                try faults.pass("connect", .before)
                return MemoryBroker(store, worker: "beat")
            },
            report: log.tell
        )
    }

    private func sent() throws -> Int {
        try MemoryBroker(store, worker: "reader").count(waitingIn: .celery)
    }

    @Test("sends nothing that is not due, and what is due once")
    func once() throws {
        let driver = try made(Self.configuration("every 1m"))
        #expect(try driver.runOnce() == 1)
        #expect(try sent() == 0)
        clock.pass(.seconds(61))
        #expect(try driver.runOnce() == 1)
        #expect(try driver.runOnce() == 1)
        #expect(try sent() == 1)
        #expect(log.all.count { $0.hasPrefix("sent e0") } == 1)
    }

    @Test("goes on from what the store remembers of another's firings")
    func goesOn() throws {
        let configuration = try Self.configuration("every 1m", "every 1h")
        _ = try made(configuration).runOnce()
        clock.pass(.seconds(61))
        _ = try made(configuration).runOnce()
        _ = try made(configuration).runOnce()
        #expect(try sent() == 1)
    }

    @Test("sends nothing while another leads, and says who is followed once")
    func follows() throws {
        let configuration = try Self.configuration("every 1m")
        let names = configuration.entries.map(\.name)
        let broker = MemoryBroker(store, worker: "other")
        _ = try broker.take(BeatLease(entries: names, holder: "other"))
        clock.pass(.seconds(61))
        let driver = try made(configuration)
        #expect(try driver.runOnce() == nil)
        #expect(try driver.runOnce() == nil)
        #expect(try sent() == 0)
        #expect(log.all == ["follows"])
    }

    @Test("throws at its start if the store cannot be reached")
    func unreachable() throws {
        let driver = try made(Self.configuration("every 1m"))
        faults.fail("connect")
        #expect(throws: Faults.loss) { try driver.runOnce() }
        let wake = try WakeEvent()
        faults.fail("connect")
        let stopped = try made(Self.configuration("every 1m"))
        #expect(throws: Faults.loss) {
            try stopped.run(woken: wake.descriptor, orders: { .stop })
        }
    }

    @Test("waits for a store that cannot be reached at its start, if it is to, and ends when told")
    func patient() throws {
        faults.fail("connect")
        let driver = try made(Self.configuration("every 1m"))
        let wake = try WakeEvent()
        wake.signal()
        var rounds = 0
        try driver.run(
            woken: wake.descriptor,
            orders: {
                rounds += 1
                // In between the pause is over.
                clock.pass(.seconds(1))
                return rounds < 4 ? nil : .stop
            },
            isPatient: true
        )
        #expect(log.all.prefix(2) == ["broker failed", "ready"])
        #expect(log.all.contains("leads 1") && log.all.contains("brokerIsBack"))
        #expect(log.all.last == "stopping")
        // The lease was given back: another leads at once.
        _ = try made(Self.configuration("every 1m")).runOnce()
        #expect(!log.all.contains("follows"))
    }

    @Test("on a thread of its own, within another program, it sends and ends when told")
    func thread() async throws {
        let beat = try BeatThread(
            Self.configuration("every 1s"),
            connect: { [store] () throws(BrokerError) in MemoryBroker(store, worker: "beat") },
            report: { [log] in log.tell($0) }
        )
        try await eventually { try sent() > 0 }
        beat.stop()
        beat.join()
        #expect(log.all.last == "stopping")
    }
}
