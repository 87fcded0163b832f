internal import TaskQueue

/// A line of cron(5): the seconds of a clock on the wall at which to do something.
///
/// Where clocks are changed, ``Timetable`` says which instants these are.
package struct Crontab: Hashable, Sendable {
    /// Bits 0 to 59.
    let seconds: UInt64
    /// Bits 0 to 59.
    let minutes: UInt64
    /// Bits 0 to 23.
    let hours: UInt64
    /// Bits 1 to 12.
    let months: UInt64
    let days: CrontabDays
    /// Whether the hour field begins with `*`: a line of this kind means lengths of time rather
    /// than times of day, so that an hour that clocks skip or repeat is like any other.
    let hasAnyHour: Bool
}

extension Crontab {
    /// Reads five fields, six with seconds first, or a word such as `@daily`.
    ///
    /// - Throws: ``CrontabError``, also for a line that fits no day at all.
    package init(
        _ text: some StringProtocol,
        semantics: CrontabSemantics = .cron
    ) throws(CrontabError) {
        let words = text.split { $0 == " " || $0 == "\t" }.map { Substring($0) }
        if let word = words.first, word.hasPrefix("@") {
            let line = try CrontabWord.line(for: String(word))
            guard words.count == 1 else { throw .fieldCount(words.count) }
            self = try Crontab(line, semantics: semantics)
            return
        }
        guard words.count == 5 || words.count == 6 else { throw .fieldCount(words.count) }
        try self.init(fields: words.count == 5 ? ["0"] + words : words, semantics)
    }

    private init(fields: [Substring], _ semantics: CrontabSemantics) throws(CrontabError) {
        func reader(_ field: CrontabField) -> CrontabFieldReader {
            CrontabFieldReader(field: field, semantics: semantics)
        }
        seconds = try reader(.second).numbers(fields[0])
        minutes = try reader(.minute).numbers(fields[1])
        hours = try reader(.hour).numbers(fields[2])
        hasAnyHour = fields[2].hasPrefix("*")
        var days = CrontabDays()
        try reader(.dayOfMonth).readDays(of: fields[3], into: &days)
        months = try reader(.month).numbers(fields[4])
        try reader(.dayOfWeek).readDays(ofWeek: fields[5], into: &days)
        days.needsBoth =
            semantics == .celery || [fields[3], fields[5]].contains { Self.beginsFreely($0) }
        self.days = days
        guard hasDay else { throw Self.neverFires(fields, semantics) }
    }

    private static func beginsFreely(_ field: Substring) -> Bool {
        field.hasPrefix("*") || field.hasPrefix("?")
    }

    /// Whether there is a day like that in 400 years, in which every month begins with every weekday,
    /// February of leap years too.
    private var hasDay: Bool {
        (1...12).contains { month in
            months & 1 << UInt64(month) != 0
                && (0...6).contains { first in
                    let length = CivilDate.length(ofMonth: month, inYear: 2000)
                    return days.mask(length: length, first: first) != 0
                        || days.mask(length: length - (month == 2 ? 1 : 0), first: first) != 0
                }
        }
    }

    private static func neverFires(
        _ fields: [Substring],
        _ semantics: CrontabSemantics
    ) -> CrontabError {
        var reason = "day of month \(fields[3])"
        if fields[4] != "*" { reason += " in month \(fields[4])" }
        if !beginsFreely(fields[5]) { reason += " with day of week \(fields[5])" }
        return .neverFires(reason: "no year has \(reason)")
    }
}

extension Crontab {
    /// The first second at or after another that fits, both counted from 1970-01-01T00:00:00 on the
    /// clock on the wall; `nil` if the year 9999 ends before.
    func first(from wall: Int) -> Int? {
        let (day, time) = wall.dividedDown(by: 86_400)
        let isToday = dayMask(of: CivilDate(daysSinceEpoch: day)) & 1 != 0
        if isToday, let time = firstTime(from: time) { return day * 86_400 + time }
        guard let day = firstDay(from: day + 1), let time = firstTime(from: 0) else { return nil }
        return day * 86_400 + time
    }

    /// The first second of a day at or after another that fits.
    private func firstTime(from time: Int) -> Int? {
        let hour = time / 3_600
        guard hours & 1 << UInt64(hour) != 0 else { return firstTime(fromHour: hour + 1) }
        let minute = time / 60 % 60
        if minutes & 1 << UInt64(minute) != 0, let second = Self.first(seconds, from: time % 60) {
            return hour * 3_600 + minute * 60 + second
        }
        guard let minute = Self.first(minutes, from: minute + 1) else {
            return firstTime(fromHour: hour + 1)
        }
        return hour * 3_600 + minute * 60 + seconds.trailingZeroBitCount
    }

    private func firstTime(fromHour hour: Int) -> Int? {
        guard let hour = Self.first(hours, from: hour) else { return nil }
        return hour * 3_600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
    }

    /// The first day at or after another that fits, both counted from 1970.
    private func firstDay(from day: Int) -> Int? {
        var date = CivilDate(daysSinceEpoch: day)
        while date.year <= 9_999 {
            let mask = dayMask(of: date)
            if mask != 0 {
                date.day += mask.trailingZeroBitCount
                return date.daysSinceEpoch
            }
            date.day = 1
            date.month += 1
            if date.month == 13 || Self.first(months, from: date.month) == nil {
                date.month = 1
                date.year += 1
            }
            date.month = Self.first(months, from: date.month) ?? 1
        }
        return nil
    }

    /// The days of a month from `date` on that fit, with bit 0 for `date` itself.
    private func dayMask(of date: CivilDate) -> UInt32 {
        guard months & 1 << UInt64(date.month) != 0 else { return 0 }
        let length = CivilDate.length(ofMonth: date.month, inYear: date.year)
        let first = CivilDate(year: date.year, month: date.month, day: 1).weekday
        return days.mask(length: length, first: first) >> UInt32(date.day)
    }

    /// The first bit at or after another.
    private static func first(_ mask: UInt64, from bit: Int) -> Int? {
        let rest = mask >> UInt64(bit)
        return rest == 0 ? nil : bit + rest.trailingZeroBitCount
    }
}
