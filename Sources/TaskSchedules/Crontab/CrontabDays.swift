internal import TaskQueue

/// The days on which a crontab line fires, within the months that it names.
struct CrontabDays: Hashable, Sendable {
    /// Bits 1 to 31.
    var daysOfMonth: UInt32 = 0
    /// `L` is 0, `L-3` is 3: how many days before the last, as bits.
    var fromLast: UInt32 = 0
    /// `LW`: the last Monday to Friday.
    var lastWorkday = false
    /// `15W`: bits 1 to 31 of the days that stand for the nearest Monday to Friday of the same month.
    var nearestWorkdays: UInt32 = 0
    /// Bits 0, Sunday, to 6.
    var weekdays: UInt8 = 0
    /// `friL`: bits of the weekdays of which only the last in the month counts.
    var lastWeekdays: UInt8 = 0
    /// `fri#3`: for each of the five, the bits of the weekdays.
    var nthWeekdays: [UInt8] = []
    /// Whether a day has to be in both fields; else one is enough.
    var needsBoth = false
}

extension CrontabDays {
    /// The days of a month as bits 1 to 31.
    ///
    /// - Parameters:
    ///   - length: days in the month.
    ///   - first: the weekday of its first day, 0 for Sunday.
    /// - Returns: no bit beyond the length.
    func mask(length: Int, first: Int) -> UInt32 {
        let all = UInt32.max >> (31 - UInt32(length)) & ~1
        let byDate = dateMask(length: length, first: first)
        let byWeekday = weekdayMask(length: length, first: first)
        return (needsBoth ? byDate & byWeekday : byDate | byWeekday) & all
    }

    private func dateMask(length: Int, first: Int) -> UInt32 {
        var mask = daysOfMonth
        for back in Self.bits(fromLast) where back < length { mask |= 1 << UInt32(length - back) }
        if lastWorkday { mask |= 1 << UInt32(Self.workday(nearest: length, length, first)) }
        for day in Self.bits(nearestWorkdays) where day <= length {
            mask |= 1 << UInt32(Self.workday(nearest: day, length, first))
        }
        return mask
    }

    private func weekdayMask(length: Int, first: Int) -> UInt32 {
        var mask = Self.everyWeek(weekdays, first: first)
        if lastWeekdays != 0 {
            let lastWeek = UInt32.max << UInt32(length - 6)
            mask |= Self.everyWeek(lastWeekdays, first: first) & lastWeek
        }
        for (index, weekdays) in nthWeekdays.enumerated() where weekdays != 0 {
            let week: UInt32 = 0b1111_1110 << UInt32(index * 7)
            mask |= Self.everyWeek(weekdays, first: first) & week
        }
        return mask
    }

    /// The days of a month with any of some weekdays; may go beyond its end.
    private static func everyWeek(_ weekdays: UInt8, first: Int) -> UInt32 {
        // Day 1 is `first`: five weeks and more of the pattern, moved so that bit 1 is that day's.
        let pattern = UInt64(weekdays) * 0x2_0408_1020_4081
        return UInt32(truncatingIfNeeded: (pattern >> UInt64(first)) << 1)
    }

    /// The Monday to Friday nearest to a day without leaving the month, as Quartz has it.
    private static func workday(nearest day: Int, _ length: Int, _ first: Int) -> Int {
        switch (first + day - 1) % 7 {
        case 6: day == 1 ? 3 : day - 1
        case 0: day == length ? day - 2 : day + 1
        default: day
        }
    }

    private static func bits(_ mask: UInt32) -> [Int] {
        if mask == 0 { return [] }
        return (0..<32).filter { mask & 1 << UInt32($0) != 0 }
    }
}
