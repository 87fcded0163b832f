internal import TaskQueue
internal import TaskSchedules

/// An entry of a ``Beat`` with what is remembered of it: which of its firings are to be sent.
struct ScheduledEntry: Sendable {
    /// How many firings `catch_up = "all"` catches up with at most: the last ones.
    static let mostCaughtUp = 1000

    let entry: BeatEntry
    /// The version of a live entry; `nil` for one of the settings.
    let version: Int64?
    var timetable: Timetable
    var record: BeatRecord
    /// Set when another process has shown that it is not to be sent any more.
    private(set) var isGone = false

    init(_ entry: BeatEntry, _ timetable: Timetable, _ record: BeatRecord, version: Int64? = nil) {
        self.entry = entry
        self.timetable = timetable
        self.record = record
        self.version = version
    }
}

extension ScheduledEntry {
    /// When its next firing is to be sent; `nil`: there is none.
    var nextSending: Timestamp? {
        guard entry.isEnabled, !isGone, left > 0,
            let instant = timetable.next(after: record.lastFiring),
            instant <= entry.until ?? .latest
        else { return nil }
        return entry.sendingTime(of: instant)
    }

    /// How often it may still fire.
    private var left: Int { entry.count.map { $0 - record.count } ?? .max }

    /// Notes what became of a firing.
    mutating func settle(_ instant: Timestamp, _ outcome: BeatOutcome, task: TaskID) {
        switch outcome {
        case .sent:
            record.lastFiring = instant
            record.count += 1
            record.lastTask = task
        case .overlapped, .paused: record.lastFiring = instant
        case .passed(let known):
            record = known
            // An entry that may not fire any more is passed in any case.
            record.lastFiring = max(known.lastFiring, instant)
        case .gone: isGone = true
        case .notLeading: break
        }
    }

    /// The firings that are to be sent now; those that are to be left out count as fired from now on.
    ///
    /// - Parameters:
    ///   - first: when the first one due was to be sent.
    ///   - now: until when they are due.
    ///   - grace: see ``Beat/grace``.
    /// - Returns: their instants, in rising order.
    mutating func instants(
        since first: Timestamp,
        at now: Timestamp,
        grace: Duration
    ) -> [Timestamp] {
        var instants =
            now - first <= grace
            ? timely(now) : missed(now, entry.catchUp == .all ? Self.mostCaughtUp : 1)
        let last = instants.last
        if now - first > grace, entry.catchUp == .skip {
            instants = instants.filter { now - entry.sendingTime(of: $0) <= grace }
        }
        instants = instants.filter { entry.expiry(of: $0).map { $0 > now } ?? true }
        if instants.isEmpty, let last { record.lastFiring = last }
        return Array(instants.prefix(left))
    }

    /// The next firings after an instant, whatever was sent.
    func firings(after instant: Timestamp, count: Int) -> [Timestamp] {
        guard entry.isEnabled else { return [] }
        return timetable.firings(
            after: instant,
            through: entry.until ?? .latest,
            limit: min(count, entry.count ?? .max)
        )
    }

    /// All firings that are due.
    private func timely(_ now: Timestamp) -> [Timestamp] {
        due(after: record.lastFiring, now, limit: Self.mostCaughtUp)
    }

    /// The last ones that are due, searched in longer and longer times before now.
    private func missed(_ now: Timestamp, _ count: Int) -> [Timestamp] {
        let last = record.lastFiring
        var length: Duration = .seconds(60)
        while true {
            let start = max(last, now - length)
            let found = due(after: start, now, limit: .max)
            if found.count >= count || start == last { return found.suffix(count) }
            length *= 4
        }
    }

    /// Up to the first one whose time to be sent has not come: their order is kept.
    private func due(after start: Timestamp, _ now: Timestamp, limit: Int) -> [Timestamp] {
        let end = min(now, entry.until ?? .latest)
        let firings = timetable.firings(after: start, through: end, limit: limit)
        return Array(firings.prefix { entry.sendingTime(of: $0) <= now })
    }
}
