package import TaskQueue

/// A fixed length of time between firings, counted from 1970-01-01T00:00:00Z.
///
/// So every process that reads the same line has the same firings, whenever it was started; changes
/// of the clocks do not affect it.
package struct Interval: Hashable, Sendable {
    /// In microseconds, at least 1,000.
    private let length: Int64
    /// In microseconds, less than ``length``: how long after a multiple of it.
    private let offset: Int64

    /// - Throws: ``ScheduleError`` for an interval below a millisecond, or an offset that is not
    ///   shorter than the interval.
    package init(every length: Duration, offset: Duration = .zero) throws(ScheduleError) {
        guard length >= .milliseconds(1) else {
            throw .badInterval(DurationText.format(length), reason: "the shortest is 1ms")
        }
        guard offset >= .zero, offset < length else {
            throw .badInterval(
                DurationText.format(offset),
                reason: "an offset has to be shorter than the interval of "
                    + DurationText.format(length)
            )
        }
        self.length = length.microseconds
        self.offset = offset.microseconds
    }
}

extension Interval {
    /// The same interval, moved.
    ///
    /// - Throws: ``ScheduleError`` for an offset that is not shorter than the interval.
    package func moved(by offset: Duration) throws(ScheduleError) -> Interval {
        try Interval(every: .microseconds(length), offset: offset)
    }

    /// The first firing after an instant; `nil` if the year 9999 ends before.
    package func next(after instant: Timestamp) -> Timestamp? {
        let passed = (instant.microseconds - offset).dividedDown(by: length).quotient
        let microseconds = (passed + 1) * length + offset
        let firing = Timestamp(microseconds: microseconds)
        return firing.microseconds == microseconds ? firing : nil
    }
}
