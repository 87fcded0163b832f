internal import TaskQueue

/// Reads one field of a crontab line.
struct CrontabFieldReader {
    let field: CrontabField
    let semantics: CrontabSemantics

    /// Numbers as bits, from a field that has no more than them.
    func numbers(_ text: Substring) throws(CrontabError) -> UInt64 {
        var mask: UInt64 = 0
        for part in try parts(text) { mask |= try range(part) }
        return mask
    }

    /// Adds the day of month field to `days`.
    func readDays(of month: Substring, into days: inout CrontabDays) throws(CrontabError) {
        for part in try parts(month) {
            if try readFromLast(part, into: &days) { continue }
            if let day = part.droppingLast("W") {
                guard let number = number(day) else {
                    throw bad(part, "write 15W for the workday nearest to the 15th, or LW")
                }
                days.nearestWorkdays |= 1 << UInt32(number)
            } else {
                days.daysOfMonth |= UInt32(try range(part))
            }
        }
    }

    /// Adds the day of week field to `days`.
    func readDays(ofWeek week: Substring, into days: inout CrontabDays) throws(CrontabError) {
        for part in try parts(week) {
            if let hash = part.firstIndex(of: "#") {
                try readNth(part, hash, into: &days)
            } else if let day = part.droppingLast("L") {
                guard let number = number(day) else {
                    throw bad(part, "write friL or 5L for the last Friday of the month")
                }
                days.lastWeekdays |= 1 << UInt8(number)
            } else {
                days.weekdays |= UInt8(try range(part))
            }
        }
    }

    /// `L`, `L-3` and `LW`.
    private func readFromLast(
        _ part: Substring,
        into days: inout CrontabDays
    ) throws(CrontabError) -> Bool {
        guard part.first == "L" || part.first == "l" else { return false }
        let rest = part.dropFirst()
        if rest.isEmpty {
            days.fromLast |= 1
        } else if rest.uppercased() == "W" {
            days.lastWorkday = true
        } else if rest.first == "-", let back = digits(rest.dropFirst()), (0...30).contains(back) {
            days.fromLast |= 1 << UInt32(back)
        } else {
            throw bad(
                part,
                "write L for the last day of the month, L-3 for three days before it, "
                    + "or LW for its last workday"
            )
        }
        return true
    }

    /// `fri#3`.
    private func readNth(
        _ part: Substring,
        _ hash: Substring.Index,
        into days: inout CrontabDays
    ) throws(CrontabError) {
        guard
            let day = number(part[..<hash]),
            let nth = digits(part[part.index(after: hash)...]), (1...5).contains(nth)
        else { throw bad(part, "write fri#3 or 5#3 for the third Friday of the month, up to #5") }
        if days.nthWeekdays.isEmpty { days.nthWeekdays = [0, 0, 0, 0, 0] }
        days.nthWeekdays[nth - 1] |= 1 << UInt8(day)
    }

    private func parts(_ text: Substring) throws(CrontabError) -> [Substring] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard !parts.contains("") else {
            throw bad(text, "there is nothing before or after a comma: write \(field.wanted)")
        }
        return parts
    }

    /// `*`, `?`, `5`, `1-5`, each of those but `5` also with a step; names for numbers.
    private func range(_ part: Substring) throws(CrontabError) -> UInt64 {
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let step = pieces.count > 1 ? try step(pieces[1], of: part) : nil
        let (first, last) = try ends(pieces[0], of: part, hasStep: step != nil)
        return bits(from: first, to: last, by: step ?? 1)
    }

    private func step(_ text: Substring, of part: Substring) throws(CrontabError) -> Int {
        guard let step = digits(text), step > 0 else {
            throw bad(part, "a step is a number from 1 on, as in */5 or \(example)/5")
        }
        return step
    }

    private func ends(
        _ text: Substring,
        of part: Substring,
        hasStep: Bool
    ) throws(CrontabError) -> (first: Int, last: Int) {
        if text == "*" { return (field.range.lowerBound, field.range.upperBound) }
        if text == "?" { return try anyDay(part) }
        guard let dash = text.dropFirst().firstIndex(of: "-") else {
            let number = try required(text, of: part)
            guard !hasStep else {
                throw bad(
                    part,
                    "a step follows * or a range: write \(text)-\(field.range.upperBound)"
                        + "\(part.dropFirst(text.count))"
                )
            }
            return (number, number)
        }
        let first = try required(text[..<dash], of: part)
        let last = try required(text[text.index(after: dash)...], of: part)
        // 7 is a Sunday at the end of a week, and 0 one at its beginning.
        return (first == 7 && field == .dayOfWeek && last != 7 ? 0 : first, last)
    }

    private func anyDay(_ part: Substring) throws(CrontabError) -> (first: Int, last: Int) {
        guard field == .dayOfMonth || field == .dayOfWeek else {
            throw bad(part, "? stands for any day, and only in the day fields: write *")
        }
        return (field.range.lowerBound, field.range.upperBound)
    }

    /// A range that ends before it begins goes on from the field's first number.
    private func bits(from first: Int, to last: Int, by step: Int) -> UInt64 {
        let range = field.range
        let end = last < first ? last + range.count : last
        var mask: UInt64 = 0
        // Steps beyond the range leave its first number.
        for number in stride(from: first, through: end, by: step) {
            mask |= 1 << UInt64((number - range.lowerBound) % range.count + range.lowerBound)
        }
        return mask
    }

    private func required(_ text: Substring, of part: Substring) throws(CrontabError) -> Int {
        guard let number = number(text, keepsSeven: true) else {
            if field == .dayOfWeek, text == "7" {
                throw bad(part, "Celery has no day 7: write 0 or sun")
            }
            if field == .dayOfWeek, text.uppercased() == "L" {
                throw bad(part, "write friL for the last Friday, L in the day of month field")
            }
            throw bad(part, "write \(field.wanted), a range such as \(example), or *")
        }
        return number
    }

    /// A number or name of the field; `nil` for all else.
    ///
    /// Cron's Sunday 7 is 0, unless it is to be kept.
    private func number(_ text: Substring, keepsSeven: Bool = false) -> Int? {
        if let number = digits(text) {
            if number == 7, field == .dayOfWeek, semantics == .cron { return keepsSeven ? 7 : 0 }
            return field.range.contains(number) ? number : nil
        }
        guard text.utf8.count >= 3 else { return nil }
        let name = text.lowercased()
        return field.names.firstIndex { $0.hasPrefix(name) }.map { $0 + field.range.lowerBound }
    }

    private func digits(_ text: Substring) -> Int? {
        let isNumber = text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        return isNumber ? Int(text) : nil
    }

    private func bad(_ text: Substring, _ reason: String) -> CrontabError {
        .badField(field, text: String(text), reason: reason)
    }

    /// A range, for a message.
    private var example: String {
        switch field {
        case .second, .minute: "10-40"
        case .hour: "9-17"
        case .dayOfMonth: "1-15"
        case .month: "jan-mar"
        case .dayOfWeek: "mon-fri"
        }
    }
}

extension Substring {
    /// The text before a letter at its end, in either case, if it ends so and something is before it.
    fileprivate func droppingLast(_ letter: Character) -> Substring? {
        guard count > 1, let last, last.uppercased() == String(letter) else { return nil }
        return dropLast()
    }
}
