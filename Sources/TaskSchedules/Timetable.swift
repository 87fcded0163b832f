package import TaskQueue

/// A schedule on the clocks of a place: the instants at which an entry fires.
///
/// Firings are a function of this value alone. Whoever goes through them one by one, each after the
/// last, neither skips nor repeats one, however the machine's clock jumps.
package struct Timetable: Hashable, Sendable {
    package let schedule: Schedule
    /// Counts for crontab lines only.
    package let zone: TimeZoneRules
    /// Counts for crontab lines with fixed hours only.
    package let clockChanges: ClockChangeRule

    package init(
        _ schedule: Schedule,
        in zone: TimeZoneRules,
        _ clockChanges: ClockChangeRule = ClockChangeRule()
    ) {
        self.schedule = schedule
        self.zone = zone
        self.clockChanges = clockChanges
    }
}

extension Timetable {
    /// The first firing strictly after an instant; `nil` if there is none until the year 9999.
    package func next(after instant: Timestamp) -> Timestamp? {
        switch schedule {
        case .crontab(let crontab): crontab.next(after: instant, in: zone, clockChanges)
        case .interval(let interval): interval.next(after: instant)
        case .solar(let solar): solar.next(after: instant)
        }
    }

    /// The firings after one instant up to and at another, rising.
    ///
    /// - Parameters:
    ///   - start: not a firing itself.
    ///   - end: may be one.
    ///   - limit: how many at most.
    /// - Returns: the first ones, where there are more than the limit.
    package func firings(
        after start: Timestamp,
        through end: Timestamp,
        limit: Int
    ) -> [Timestamp] {
        var firings: [Timestamp] = []
        var last = start
        while firings.count < limit, let next = next(after: last), next <= end {
            firings.append(next)
            last = next
        }
        return firings
    }
}
