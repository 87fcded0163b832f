/// The rule of a `TZ` variable, `CET-1CEST,M3.5.0,M10.5.0/3`: POSIX.1-2017, section 8.3, with the
/// hours beyond a day of RFC 9636, section 3.3.1.
struct RecurringZoneRule: Hashable, Sendable {
    /// Seconds east of UTC while no summer time is kept.
    let standardOffset: Int
    /// `nil` where the clocks are never changed.
    let summer: Summer?

    struct Summer: Hashable, Sendable {
        /// Seconds east of UTC; less than the standard's in Ireland, whose winter it is.
        let offset: Int
        let begin: YearlyChange
        let end: YearlyChange
    }
}

extension RecurringZoneRule {
    /// The stretch around a second of POSIX time in which the offset is the same.
    func period(containing second: Int) -> TimeZonePeriod {
        guard let summer else {
            return TimeZonePeriod(
                start: Int.min,
                end: Int.max,
                offset: standardOffset,
                offsetBefore: standardOffset
            )
        }
        let year = CivilDate(daysSinceEpoch: second.dividedDown(by: 86_400).quotient).year
        let changes = changes(summer, around: year)
        let next = changes.firstIndex { $0.at > second } ?? changes.count
        let current = changes[max(next - 1, 0)]
        return TimeZonePeriod(
            start: current.at,
            end: next < changes.count ? changes[next].at : Int.max,
            offset: current.offset,
            offsetBefore: next > 1 ? changes[next - 2].offset : current.offset
        )
    }

    /// The changes of a year and of its neighbours, so that at least two lie before any instant of
    /// the year and one after it.
    ///
    /// A summer that never ends ends and begins again at one instant: then no change is left.
    private func changes(_ summer: Summer, around year: Int) -> [Change] {
        var all: [Change] = []
        for year in year - 1...year + 1 { append(summer, year, to: &all) }
        all.sort { ($0.at, $0.order) < ($1.at, $1.order) }
        var changes: [Change] = []
        for change in all {
            if changes.last?.at == change.at { changes.removeLast() }
            if changes.last?.offset != change.offset { changes.append(change) }
        }
        return changes
    }

    private struct Change {
        let at: Int
        /// Seconds east of UTC afterwards.
        let offset: Int
        /// Of two at the same instant, which is a summer that never ends, the second counts.
        let order: Int
    }

    private func append(_ summer: Summer, _ year: Int, to changes: inout [Change]) {
        let begin = summer.begin.secondsOnItsClock(inYear: year) - standardOffset
        let end = summer.end.secondsOnItsClock(inYear: year) - summer.offset
        changes.append(Change(at: begin, offset: summer.offset, order: 1))
        changes.append(Change(at: end, offset: standardOffset, order: 0))
    }
}
