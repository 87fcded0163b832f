import Glibc
// Swift 6.3 on Linux takes the members of `timespec` for those of this module.
import SwiftOverlayShims

/// An instant, to the microsecond, in the years 1 to 9999.
///
/// These are the precision and the range of Python's `datetime`, so that whatever we write Celery
/// can read. What lies beyond is moved to ``earliest`` or ``latest``: arithmetic never traps.
package struct Timestamp: Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z, without leap seconds, as POSIX time; negative before.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, Self.firstMicrosecond), Self.lastMicrosecond)
    }

    /// 0001-01-01T00:00:00+00:00.
    package static let earliest = Timestamp(microseconds: firstMicrosecond)
    /// 9999-12-31T23:59:59.999999+00:00.
    package static let latest = Timestamp(microseconds: lastMicrosecond)

    private static let firstMicrosecond: Int64 = -62_135_596_800_000_000
    private static let lastMicrosecond: Int64 = 253_402_300_799_999_999
}

extension Timestamp {
    /// The system's wall clock, which can be set and can jump; for measuring lengths use a steady
    /// clock.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Reads an epoch as Python's `time.time()` writes it, to the nearest microsecond; NaN is 1970.
    package init(secondsSinceEpoch seconds: Double) {
        let rounded = (seconds * 1_000_000).rounded(.toNearestOrEven)
        let first = Double(Self.firstMicrosecond)
        let last = Double(Self.lastMicrosecond)
        // Clamped before the conversion, which traps on what Int64 cannot hold.
        self.init(microseconds: rounded.isNaN ? 0 : Int64(min(max(rounded, first), last)))
    }

    /// The epoch as Celery writes it in scores and events, exact to the microsecond until the year
    /// 2255.
    package var secondsSinceEpoch: Double { Double(microseconds) / 1_000_000 }
}

extension Timestamp {
    /// The instant a whole number of seconds after 1970; what is out of range is moved into it.
    package init(wholeSeconds seconds: Int) {
        let (microseconds, overflows) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000)
        self.init(microseconds: overflows ? (seconds < 0 ? .min : .max) : microseconds)
    }

    /// The second that this instant lies in, counted from 1970.
    package var wholeSeconds: Int { Int(microseconds.dividedDown(by: 1_000_000).quotient) }
}

extension Timestamp: Comparable {
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Timestamp {
    package static func + (instant: Timestamp, length: Duration) -> Timestamp {
        let added = length.microseconds
        let (sum, overflows) = instant.microseconds.addingReportingOverflow(added)
        if overflows { return added < 0 ? .earliest : .latest }
        return Timestamp(microseconds: sum)
    }

    /// This much later; `nil` if that is outside the years 1 to 9999.
    package func exactly(after length: Duration) -> Timestamp? {
        let (sum, overflows) = microseconds.addingReportingOverflow(length.microseconds)
        let later = Timestamp(microseconds: sum)
        return overflows || later.microseconds != sum ? nil : later
    }

    package static func - (instant: Timestamp, length: Duration) -> Timestamp {
        let removed = length.microseconds
        let (rest, overflows) = instant.microseconds.subtractingReportingOverflow(removed)
        if overflows { return removed < 0 ? .latest : .earliest }
        return Timestamp(microseconds: rest)
    }

    /// How long after `earlier` this is; negative if it is before.
    package static func - (instant: Timestamp, earlier: Timestamp) -> Duration {
        .microseconds(instant.microseconds - earlier.microseconds)
    }
}
