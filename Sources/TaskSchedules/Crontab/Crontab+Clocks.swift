internal import TaskQueue

extension Crontab {
    /// The first firing after an instant, where clocks go by `zone`; `nil` if the year 9999 ends
    /// before.
    ///
    /// Firings are whole seconds. Each period between two changes of the clocks is a stretch of the
    /// clock on the wall; those before the match are passed over one by one.
    func next(
        after instant: Timestamp,
        in zone: TimeZoneRules,
        _ rule: ClockChangeRule
    ) -> Timestamp? {
        let start = instant.wholeSeconds + 1
        var period = zone.period(containing: start)
        if start == period.start, catchesUp(at: period, rule) { return Timestamp(firing: start) }
        var match = first(from: max(start + period.offset, firstWall(of: period, rule)))
        while let found = match {
            if found < period.end.onWall(period.offset) {
                return Timestamp(firing: found - period.offset)
            }
            // The match is on the wall after this period, or swallowed by the change at its end.
            period = zone.period(containing: period.end)
            if catchesUp(at: period, rule) { return Timestamp(firing: period.start) }
            let firstWall = firstWall(of: period, rule)
            let turnsBack = period.offset < period.offsetBefore
            if turnsBack || found < firstWall { match = first(from: firstWall) }
        }
        return nil
    }

    /// From which second on the wall a period has firings: the second pass of a repeated hour has
    /// no firings, unless the rule or the line wants them.
    private func firstWall(of period: TimeZonePeriod, _ rule: ClockChangeRule) -> Int {
        let offset =
            hasAnyHour || rule.overlap == .twice
            ? period.offset : max(period.offset, period.offsetBefore)
        return period.start.onWall(offset)
    }

    /// Whether the change of the clocks at which a period begins swallowed a firing that is made up
    /// for then.
    private func catchesUp(at period: TimeZonePeriod, _ rule: ClockChangeRule) -> Bool {
        guard !hasAnyHour, rule.gap == .run, period.offset > period.offsetBefore,
            let match = first(from: period.start + period.offsetBefore)
        else { return false }
        return match < period.start + period.offset
    }
}

extension Int {
    /// What a clock so many seconds east of UTC shows; the ends of time stay where they are.
    fileprivate func onWall(_ offset: Int) -> Int {
        self == .min || self == .max ? self : self + offset
    }
}

extension Timestamp {
    /// `nil` beyond the year 9999.
    fileprivate init?(firing second: Int) {
        self.init(wholeSeconds: second)
        guard wholeSeconds == second else { return nil }
    }
}
