import Glibc
import Testing

@testable import TaskQueue

@Suite("clock of a run")
struct RunClockTests {
    private let start = Instant.now

    @Test("never strikes without limits")
    func none() {
        var clock = RunClock()
        #expect(clock.nextDeadline == nil)
        #expect(clock.signal(at: start + .seconds(1_000_000)) == nil)
        #expect(clock.breach == nil)
        var zero = RunClock(TimeLimits(hard: Duration.zero, soft: .zero).inForce, start: start)
        #expect(zero.nextDeadline == nil && zero.signal(at: start) == nil)
    }

    @Test("sends TERM at the soft limit, once, and KILL at the hard one")
    func both() {
        var clock = RunClock(TimeLimits(hard: 2, soft: 0.5), start: start)
        #expect(clock.nextDeadline == start + .milliseconds(500))
        #expect(clock.signal(at: start + .milliseconds(499)) == nil)
        #expect(clock.signal(at: start + .milliseconds(500)) == SIGTERM)
        #expect(clock.breach == .softTime(0.5))
        #expect(clock.signal(at: start + .milliseconds(501)) == nil)
        #expect(clock.nextDeadline == start + .seconds(2))
        #expect(clock.signal(at: start + .seconds(2)) == SIGKILL)
        #expect(clock.breach == .hardTime(2))
        #expect(clock.nextDeadline == nil && clock.signal(at: start + .seconds(9)) == nil)
    }

    @Test("sends KILL alone where the hard limit is the nearer, or both were slept through")
    func hardFirst() {
        var late = RunClock(TimeLimits(hard: 2, soft: 1), start: start)
        #expect(late.signal(at: start + .seconds(3)) == SIGKILL && late.breach == .hardTime(2))
        var clock = RunClock(TimeLimits(hard: 1, soft: 5), start: start)
        #expect(clock.nextDeadline == start + .seconds(1))
        #expect(clock.signal(at: start + .seconds(1)) == SIGKILL)
        #expect(clock.nextDeadline == nil && clock.signal(at: start + .seconds(6)) == nil)
    }

    @Test("kills what runs on after its result was lost, and tells of that alone")
    func lostResult() {
        let loss = ResultLoss.tooLong(limit: 4)
        var clock = RunClock(TimeLimits(hard: 60, soft: 1), start: start)
        clock.giveUp(loss, grace: .seconds(5), at: start)
        #expect(clock.nextDeadline == start + .seconds(5))
        #expect(clock.signal(at: start + .seconds(2)) == nil)
        #expect(clock.signal(at: start + .seconds(5)) == SIGKILL)
        #expect(clock.breach == .result(loss) && clock.nextDeadline == nil)
        var near = RunClock(TimeLimits(hard: 2, soft: 1), start: start)
        near.giveUp(loss, grace: .seconds(5), at: start)
        #expect(near.signal(at: start + .seconds(2)) == SIGKILL && near.breach == .result(loss))
    }

    @Test("stops when memory was the limit, which is what is told then")
    func memory() {
        var clock = RunClock(TimeLimits(hard: 2, soft: 1), start: start)
        clock.exceedMemory(limit: 10, peak: 12)
        #expect(clock.nextDeadline == nil && clock.signal(at: start + .seconds(3)) == nil)
        #expect(clock.breach == .memory(limit: 10, peak: 12))
    }
}
