/// One moment by two clocks, passed to code that decides, which reads no clock itself.
package struct Moment: Sendable {
    /// By the clock that nobody sets, for durations.
    package var instant: Instant
    /// By a clock on the wall: the machine's own, or a broker's.
    package var time: Timestamp

    package init(_ instant: Instant, _ time: Timestamp) {
        self.instant = instant
        self.time = time
    }

    /// By the machine's own clocks.
    package static var now: Moment { Moment(.now, .now()) }

    package static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(moment.instant + duration, moment.time + duration)
    }
}
