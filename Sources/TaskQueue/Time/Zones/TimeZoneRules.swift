/// What the clocks of a place showed and will show, as its file in the zone database says.
///
/// A value, read once: many zones can be asked at the same time, which the C library, with one zone
/// for the whole process, does not offer.
package struct TimeZoneRules: Hashable, Sendable {
    /// Where the offset changes, as POSIX time, rising.
    private let changes: [Int]
    /// One more than there are changes: the seconds east of UTC before the first, and after each.
    private let offsets: [Int]
    /// From here on ``rule`` counts; `Int.max` if there is no rule.
    private let tableEnd: Int
    private let rule: RecurringZoneRule?

    /// UTC, without asking the database.
    package static let utc = TimeZoneRules(fixedOffset: 0)

    /// Clocks that are never changed, so many seconds east of UTC.
    package init(fixedOffset: Int) {
        self.init(firstOffset: fixedOffset, changes: [], rule: nil)
    }

    /// Clocks that follow one rule at all times.
    init(_ rule: RecurringZoneRule) {
        changes = []
        offsets = [rule.standardOffset]
        tableEnd = Int.min
        self.rule = rule
    }

    /// - Parameters:
    ///   - firstOffset: before the first change.
    ///   - changes: rising; those that change nothing are left out.
    ///   - rule: for all that comes after the last change.
    init(firstOffset: Int, changes: [(at: Int, offset: Int)], rule: RecurringZoneRule?) {
        var instants: [Int] = []
        var offsets = [firstOffset]
        for change in changes where change.offset != offsets[offsets.count - 1] {
            instants.append(change.at)
            offsets.append(change.offset)
        }
        self.changes = instants
        self.offsets = offsets
        self.rule = rule
        tableEnd = rule == nil ? Int.max : changes.last?.at ?? Int.min
    }
}

extension TimeZoneRules {
    /// Seconds east of UTC at an instant.
    package func offset(at instant: Timestamp) -> Int {
        period(containing: instant.wholeSeconds).offset
    }

    /// The stretch around a second of POSIX time in which the offset is the same.
    ///
    /// The table and the rule after it are two stretches even where the offset does not change
    /// between them.
    package func period(containing second: Int) -> TimeZonePeriod {
        guard let rule, second >= tableEnd else { return tablePeriod(containing: second) }
        var period = rule.period(containing: second)
        if period.start <= tableEnd {
            period.start = tableEnd
            period.offsetBefore = offsets[offsets.count - (changes.last == tableEnd ? 2 : 1)]
            if tableEnd == Int.min { period.offsetBefore = period.offset }
        }
        return period
    }

    private func tablePeriod(containing second: Int) -> TimeZonePeriod {
        let index = changesUpTo(second)
        return TimeZonePeriod(
            start: index == 0 ? Int.min : changes[index - 1],
            end: index == changes.count ? tableEnd : changes[index],
            offset: offsets[index],
            offsetBefore: offsets[max(index - 1, 0)]
        )
    }

    /// How many changes have happened by then: binary search.
    private func changesUpTo(_ second: Int) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
