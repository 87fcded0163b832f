/// The day and time at which the clocks are changed each year.
struct YearlyChange: Hashable, Sendable {
    let day: Day
    /// Seconds after midnight of that day on the clocks before the change; may be negative, and more
    /// than a day.
    let time: Int

    enum Day: Hashable, Sendable {
        /// `Jn`: 1 to 365; 29 February is never counted.
        case ofCommonYear(Int)
        /// `n`: 0 to 365; 29 February is counted.
        case ofYear(Int)
        /// `Mm.w.d`: `week` 1 to 5, where 5 is the last; `weekday` 0 to 6 from Sunday.
        case ofWeek(month: Int, week: Int, weekday: Int)
    }
}

extension YearlyChange {
    /// Seconds from 1970-01-01T00:00:00 to the change, on the clocks before it.
    func secondsOnItsClock(inYear year: Int) -> Int {
        dayNumber(inYear: year) * 86_400 + time
    }

    private func dayNumber(inYear year: Int) -> Int {
        let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
        switch day {
        case .ofYear(let number): return newYear + number
        case .ofCommonYear(let number):
            let passesLeapDay = number >= 60 && CivilDate.isLeap(year)
            return newYear + number - (passesLeapDay ? 0 : 1)
        case .ofWeek(let month, let week, let weekday):
            let first = CivilDate(year: year, month: month, day: 1)
            let offset = (weekday - first.weekday + 7) % 7 + (week - 1) * 7
            let length = CivilDate.length(ofMonth: month, inYear: year)
            return first.daysSinceEpoch + (offset < length ? offset : offset - 7)
        }
    }
}
