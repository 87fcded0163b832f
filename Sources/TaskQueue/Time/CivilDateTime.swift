/// A date and time of day as a clock on the wall shows them, with the offset from UTC if one is
/// known.
package struct CivilDateTime: Hashable, Sendable {
    /// A day that the calendar has.
    var date: CivilDate
    /// 0 to 23.
    var hour = 0
    /// 0 to 59.
    var minute = 0
    /// 0 to 59: POSIX time has no leap second.
    var second = 0
    /// 0 to 999,999.
    var microsecond = 0
    /// Seconds east of UTC; `nil` when the text has no offset.
    var utcOffset: Int?
}

extension CivilDateTime {
    /// Seconds from 1970-01-01T00:00:00 to this on the same clock: the Unix time if the clock is
    /// UTC's.
    var secondsOnItsClock: Int {
        date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// Reads ISO 8601 as Python and RFC 3339 write it: `2026-11-23T02:50:27.296518+00:00`.
    ///
    /// `T`, `t` or a space between date and time; the time, its seconds and its fraction may be
    /// missing; a fraction is cut after the sixth digit, as Python's `fromisoformat` does; the
    /// offset is `Z`, `+05`, `+0530`, `+05:30` or, for local mean times, `+05:30:15`. Nothing
    /// before, after or between.
    /// - Returns: `nil` for anything else, and for a date or time that does not exist.
    package init?(iso8601 utf8: UnsafeBufferPointer<UInt8>) {
        var reader = CivilDateTimeReader(utf8)
        guard let value = reader.read() else { return nil }
        self = value
    }

    /// The same for text; the fast path of native strings makes no copy.
    init?(iso8601 text: some StringProtocol) {
        let read = { (utf8: UnsafeBufferPointer<UInt8>) in CivilDateTime(iso8601: utf8) }
        let value =
            text.utf8.withContiguousStorageIfAvailable(read)
            ?? Array(text.utf8).withUnsafeBufferPointer(read)
        guard let value else { return nil }
        self = value
    }
}
