internal import Glibc
// Swift 6.3 on Linux takes the members of `timespec` for those of this module.
internal import SwiftOverlayShims

/// An instant by the clock that nobody sets and that runs while the machine sleeps: the one of
/// `ContinuousClock`.
///
/// The standard library hides the layout of its own: each optional one is copied, and destroyed, by calls,
/// and so is everything that has one. Of a task that comes alone, that was a fifth of the worker's instructions.
package struct Instant: Hashable, Comparable, Sendable {
    private let sinceBoot: Duration

    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(sinceBoot: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.sinceBoot < right.sinceBoot
    }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(sinceBoot: instant.sinceBoot + duration)
    }

    package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(sinceBoot: instant.sinceBoot - duration)
    }

    package static func - (later: Instant, earlier: Instant) -> Duration {
        later.sinceBoot - earlier.sinceBoot
    }

    package static func += (instant: inout Instant, duration: Duration) {
        instant = instant + duration
    }
}
