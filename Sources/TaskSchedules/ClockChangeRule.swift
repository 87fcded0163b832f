internal import TaskQueue

/// What happens to a firing at a fixed hour when a place's clocks are changed.
///
/// It does not concern a line whose hour field begins with `*`: that fires whenever the clock on the wall
/// shows a fitting time, so in every hour that really passes.
package struct ClockChangeRule: Hashable, Sendable {
    package var gap = Gap.run
    package var overlap = Overlap.once

    /// `dst_gap`: the clocks skip the time at which it would fire.
    package enum Gap: String, Sendable, Hashable, CaseIterable {
        /// It fires once, at the first instant after the gap, however many firings the gap swallowed.
        case run
        /// It does not fire.
        case skip
    }

    /// `dst_overlap`: the clocks show the time at which it fires a second time.
    package enum Overlap: String, Sendable, Hashable, CaseIterable {
        /// It fires at the first.
        case once
        /// It fires at both.
        case twice
    }

    package init(gap: Gap = .run, overlap: Overlap = .once) {
        self.gap = gap
        self.overlap = overlap
    }
}
