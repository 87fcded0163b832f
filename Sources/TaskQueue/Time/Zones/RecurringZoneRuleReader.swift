/// Reads a `TZ` variable's rule, left to right.
struct RecurringZoneRuleReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The whole text as one rule; `nil` if it is anything else.
    mutating func read() -> RecurringZoneRule? {
        // POSIX counts hours west of Greenwich.
        guard skipName(), let west = readOffset() else { return nil }
        if position == bytes.count {
            return RecurringZoneRule(standardOffset: -west, summer: nil)
        }
        guard let summer = readSummer(standardOffset: -west), position == bytes.count else {
            return nil
        }
        return RecurringZoneRule(standardOffset: -west, summer: summer)
    }

    private mutating func readSummer(standardOffset: Int) -> RecurringZoneRule.Summer? {
        guard skipName() else { return nil }
        var offset = standardOffset + 3_600
        if position < bytes.count, bytes[position] != UInt8(ascii: ",") {
            guard let west = readOffset() else { return nil }
            offset = -west
        }
        guard
            take(","), let begin = readChange(),
            take(","), let end = readChange()
        else { return nil }
        return RecurringZoneRule.Summer(offset: offset, begin: begin, end: end)
    }

    /// `CET`, or `<+0330>` with digits and signs.
    private mutating func skipName() -> Bool {
        let start = position
        if take("<") {
            while position < bytes.count, bytes[position] != UInt8(ascii: ">") { position += 1 }
            return take(">") && position - start >= 5
        }
        while position < bytes.count, Self.isLetter(bytes[position]) { position += 1 }
        return position - start >= 3
    }

    private mutating func readChange() -> YearlyChange? {
        guard let day = readDay() else { return nil }
        guard take("/") else { return YearlyChange(day: day, time: 7_200) }
        guard let time = readOffset() else { return nil }
        return YearlyChange(day: day, time: time)
    }

    private mutating func readDay() -> YearlyChange.Day? {
        if take("J") { return readNumber(in: 1...365).map { .ofCommonYear($0) } }
        guard take("M") else { return readNumber(in: 0...365).map { .ofYear($0) } }
        guard
            let month = readNumber(in: 1...12), take("."),
            let week = readNumber(in: 1...5), take("."),
            let weekday = readNumber(in: 0...6)
        else { return nil }
        return .ofWeek(month: month, week: week, weekday: weekday)
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private mutating func readOffset() -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hours = readNumber(in: 0...167) else { return nil }
        var seconds = hours * 3_600
        if take(":") {
            guard let minutes = readNumber(in: 0...59) else { return nil }
            seconds += minutes * 60
            if take(":") {
                guard let rest = readNumber(in: 0...59) else { return nil }
                seconds += rest
            }
        }
        return isNegative ? -seconds : seconds
    }

    private mutating func readNumber(in range: ClosedRange<Int>) -> Int? {
        let start = position
        var number = 0
        while position < bytes.count, position - start < 3,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
        {
            number = number * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        return position > start && range.contains(number) ? number : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            return false
        }
        position += 1
        return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
