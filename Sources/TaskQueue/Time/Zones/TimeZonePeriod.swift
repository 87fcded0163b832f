/// A stretch of time in which a place's clocks keep their distance from UTC.
package struct TimeZonePeriod: Hashable, Sendable {
    /// The first second of it, as POSIX time; `Int.min` for the first of all.
    package var start: Int
    /// The first second after it; `Int.max` for the last of all.
    package var end: Int
    /// Seconds east of UTC.
    package var offset: Int
    /// Seconds east of UTC just before ``start``; the same as ``offset`` for the first of all.
    package var offsetBefore: Int
}
