import Glibc
import TaskQueue
import TaskSchedules
import TestSupport
import Testing

/// Two `tq-beat` on one machine, whose clock is set while they run.
@Suite(
    "tq-beat on a machine whose clock is set",
    .requires(FakeClock.isInstalled, "faketime"),
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct ClockTests {
    private static let catchUps = BeatEntry.CatchUp.allCases.map(\.rawValue)

    /// Each second, and each minute, caught up with in each of the three ways.
    private static let settings = catchUps.map { catchUp in
        """
        [beat_schedule.second-\(catchUp)]
        task = "second"
        schedule = "every 1s"
        catch_up = "\(catchUp)"
        [beat_schedule.minute-\(catchUp)]
        task = "minute"
        schedule = "* * * * *"
        catch_up = "\(catchUp)"

        """
    }.joined()

    private static let entries = catchUps.flatMap { ["second-\($0)", "minute-\($0)"] }

    /// A run of both, which has begun to send.
    private struct Scene {
        let place: Workplace
        let clock: FakeClock
        let beats: [Spawned]
        let start: Timestamp

        func sent() async throws -> SentFirings {
            let range = start - .seconds(600)...start + .seconds(1200)
            return try await SentFirings(of: ClockTests.entries, in: place, range)
        }

        /// Waits until each entry of a second was sent at an instant after this one.
        func waitForFiring(after instant: Timestamp) async throws {
            try await eventually(timeout: .seconds(60), every: .milliseconds(300)) {
                let sent = try await sent()
                return catchUps.allSatisfy { catchUp in
                    (sent.seconds["second-\(catchUp)"]?.last ?? 0) > instant.seconds
                }
            }
        }

        /// Waits until each entry of a minute was sent at this one.
        func waitForFiring(ofMinute minute: Int64) async throws {
            try await eventually(timeout: .seconds(60), every: .milliseconds(300)) {
                let sent = try await sent()
                return catchUps.allSatisfy { sent.seconds["minute-\($0)"]?.last == minute }
            }
        }

        /// What both have logged of being the one that sends; the times are those of the clock.
        func log() -> [BeatLogLine] {
            beats.enumerated().flatMap { number, beat in
                beat.errorsSoFar.split(separator: "\n").compactMap {
                    BeatLogLine(String($0), of: number)
                }
            }
        }

        /// Ends both.
        func stop() async throws {
            for beat in beats {
                beat.signal(SIGTERM)
                #expect(try await beat.waitForExit() == .exited(0))
            }
        }
    }

    /// Lends a run to `body` that has begun at this second of a minute.
    private static func with(
        _ transport: Transport,
        _ jump: FakeClock.Jump = .set,
        fromSecond second: Int64 = 5,
        _ body: (Scene) async throws -> Void
    ) async throws {
        try await Workplace.with(transport, settings: settings) { place in
            let clock = try FakeClock(in: place, jump)
            try clock.set(toSecond: second)
            try await clock.withBeat { first in
                try await first.waitUntilPrinted("sends periodic tasks")
                try await clock.withBeat { second in
                    try await second.waitUntilPrinted("sends: waiting to take its place")
                    let scene = Scene(
                        place: place,
                        clock: clock,
                        beats: [first, second],
                        start: clock.now
                    )
                    try await scene.waitForFiring(after: clock.now)
                    try await body(scene)
                }
            }
        }
    }

    @Test(
        "set forward by minutes, or woken after them, catches up as each entry wants it",
        arguments: Transport.allCases,
        FakeClock.Jump.allCases
    )
    func forward(_ transport: Transport, _ jump: FakeClock.Jump) async throws {
        try await Self.with(transport, jump) { scene in
            // From the fifth minute before on: 40 s are longer than 15, and 20 before the next.
            let minute = scene.clock.now.seconds / 60 * 60
            let before = scene.clock.now.seconds
            try scene.clock.set(toSecond: 40, ofMinute: 5)
            let after = scene.clock.now.seconds
            try await scene.waitForFiring(after: scene.clock.now)
            let seen = scene.clock.now.seconds
            try await scene.waitForFiring(ofMinute: minute + 360)
            try await scene.stop()

            let sent = try await scene.sent()
            #expect(sent.doubled.isEmpty && sent.unknown.isEmpty)
            #expect(sent.runs(of: "second-all").count == 1)
            // Of those of a second the last is never too late.
            for entry in ["second-skip", "second-once"] {
                let runs = sent.runs(of: entry)
                try #require(runs.count == 2, "\(entry)")
                #expect((before - 5...before).contains(runs[0].upperBound), "\(entry)")
                #expect((after...seen).contains(runs[1].lowerBound), "\(entry)")
            }
            let minutes = (1...6).map { minute + $0 * 60 }
            #expect(sent.seconds["minute-all"] == minutes)
            #expect(sent.seconds["minute-once"] == minutes.suffix(2))
            #expect(sent.seconds["minute-skip"] == minutes.suffix(1))
        }
    }

    @Test(
        "set back by minutes waits until they have passed again, and says so",
        arguments: Transport.allCases
    )
    func back(_ transport: Transport) async throws {
        try await Self.with(transport) { scene in
            let before = scene.clock.now
            try scene.clock.move(by: .seconds(-180))
            try await eventually(timeout: .seconds(20)) {
                scene.beats.contains { $0.errorsSoFar.contains("has not reached") }
            }
            try scene.clock.move(by: .seconds(60))
            try scene.clock.move(by: before - .seconds(6) - scene.clock.now)
            try await scene.waitForFiring(after: before + .seconds(3))
            try await scene.stop()

            let sent = try await scene.sent()
            #expect(sent.doubled.isEmpty && sent.unknown.isEmpty)
            for catchUp in Self.catchUps {
                #expect(sent.runs(of: "second-\(catchUp)").count == 1, "\(catchUp)")
                #expect(sent.seconds["minute-\(catchUp)"] == [], "\(catchUp)")
            }
            // Nothing was due until the clock showed what it had shown before.
            #expect(
                !scene.log().contains { line in
                    line.firing.map { $0 > before && $0 > line.time } ?? false
                }
            )
        }
    }

    @Test(
        "set by seconds, forth and back, sends each firing once",
        arguments: Transport.allCases
    )
    func slews(_ transport: Transport) async throws {
        try await Self.with(transport, fromSecond: 45) { scene in
            // The next full minute comes while it is set.
            let minute = scene.clock.now.seconds / 60 * 60 + 60
            for milliseconds in [300, -300, 700, -1_500, 2_500, -3_000, 8_000, -6_000, 40, -40] {
                let now = scene.clock.now
                try scene.clock.move(by: .milliseconds(milliseconds))
                try await scene.waitForFiring(after: max(now, scene.clock.now))
            }
            try await scene.waitForFiring(ofMinute: minute)
            try await scene.stop()

            let sent = try await scene.sent()
            #expect(sent.doubled.isEmpty && sent.unknown.isEmpty)
            for catchUp in Self.catchUps {
                #expect(sent.runs(of: "second-\(catchUp)").count == 1, "\(catchUp)")
                #expect(sent.seconds["minute-\(catchUp)"] == [minute], "\(catchUp)")
            }
        }
    }
}

extension Timestamp {
    /// The full second that it lies in, since 1970.
    fileprivate var seconds: Int64 { microseconds / 1_000_000 }
}
