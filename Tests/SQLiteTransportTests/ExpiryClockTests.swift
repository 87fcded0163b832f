import TaskQueue
import Testing

@testable import SQLiteTransport

@Suite("the clock by which results are deleted")
struct ExpiryClockTests {
    private let wall = Timestamp.now()
    private let steady = Instant.now

    @Test("goes on as before if it is set forward, and is right again when that is")
    func forward() {
        var clock = ExpiryClock(wall, steady)
        func time(
            _ passed: Duration,
            ahead: Duration = .zero,
            _ clock: inout ExpiryClock
        ) -> Duration {
            let time = clock.time(wall + passed + ahead, steady + passed)
            return .microseconds(time.microseconds - wall.microseconds)
        }
        #expect(time(.seconds(90), &clock) == .seconds(90))
        #expect(time(.seconds(100), ahead: .seconds(86_400), &clock) == .seconds(100))
        #expect(time(.seconds(160), ahead: .seconds(86_400), &clock) == .seconds(160))
        #expect(time(.seconds(220), &clock) == .seconds(220))
        // What it was ahead before counts for nothing.
        #expect(time(.seconds(3750), ahead: .seconds(3600), &clock) == .seconds(3750))
        #expect(time(.seconds(7349), ahead: .seconds(3600), &clock) == .seconds(7349))
    }

    @Test("is believed an hour later, and at once if it is set back")
    func belief() {
        var clock = ExpiryClock(wall, steady)
        let ahead = Duration.seconds(86_400)
        #expect(clock.time(wall + ahead, steady) == wall)
        let hour = Duration.seconds(3600)
        #expect(clock.time(wall + ahead + hour, steady + hour) == wall + ahead + hour)
        #expect(clock.time(wall, steady + hour) == wall)
    }

    @Test("runs as the machine's if that is adjusted a little at a time")
    func adjustment() {
        var clock = ExpiryClock(wall, steady)
        for minute in 1...90 {
            let passed = Duration.seconds(60 * minute)
            let shown = wall + passed + .seconds(minute)
            #expect(clock.time(shown, steady + passed) == shown)
        }
    }
}
