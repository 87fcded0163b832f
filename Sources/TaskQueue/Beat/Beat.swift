/// Which firings of which entries are due: decided by values alone, without asking a clock or a broker.
///
/// Each entry's firings are gone through one by one, each after the last that was sent: so a clock that
/// jumps skips none and repeats none.
///
/// A firing that is late by no more than ``grace`` is sent whatever the entry says of catching up: so
/// long it takes at most until another process has taken the place of one that died.
package struct Beat: Sendable {
    /// A firing that is to be sent.
    package struct Due: Equatable, Sendable {
        /// Its position among the entries.
        package let entry: Int
        package let instant: Timestamp
    }

    /// How many firings `catch_up = "all"` catches up with at most, the last ones.
    package static let mostCaughtUp = 1000

    package let entries: [BeatEntry]
    /// How late a firing may be and not count as missed.
    package let grace: Duration
    /// For entries without a zone of their own.
    private let zone: LocalTimeZone
    private var timetables: [Timetable]
    private var records: [BeatRecord]
    /// When each entry's next firing is to be sent; `nil`: it has none.
    private var next: [Timestamp?]

    /// All entries count as known since `now`, until ``adopt(_:)``.
    ///
    /// - Throws: ``TimeZoneError`` if an entry's zone is not in the database.
    package init(
        _ entries: [BeatEntry],
        default zone: LocalTimeZone,
        grace: Duration = .seconds(15),
        at now: Timestamp
    ) throws(TimeZoneError) {
        self.entries = entries
        self.grace = grace
        self.zone = zone
        timetables = try Self.timetables(entries, zone)
        records = entries.map { _ in BeatRecord(lastFiring: now) }
        next = entries.map { _ in nil }
        for index in entries.indices { findNext(index) }
    }
}

extension Beat {
    /// As the broker is to know the entries, in their order.
    package var enrolments: [BeatEnrolment] {
        entries.map { entry in
            BeatEnrolment(
                name: entry.name,
                fingerprint: entry.fingerprint(default: zone),
                schedule: entry.scheduleText,
                task: entry.task
            )
        }
    }

    /// Goes on from what the broker remembers of each entry.
    package mutating func adopt(_ records: [BeatRecord]) {
        precondition(
            records.count == entries.count,
            "the broker knows as many entries as were named"
        )
        self.records = records
        for index in entries.indices { findNext(index) }
    }

    /// What is remembered of an entry.
    package func record(of entry: Int) -> BeatRecord { records[entry] }

    /// When the next firing of any entry is to be sent; `nil`: there is none.
    ///
    /// All are looked at, which for 10,000 entries takes some microseconds.
    package var nextSending: Timestamp? {
        var first: Timestamp?
        for case let instant? in next where first.map({ instant < $0 }) ?? true { first = instant }
        return first
    }

    /// The firings that are due; what is to be left out has been left out.
    ///
    /// At most `limit` are; the others are due the next time. The earliest comes first.
    package mutating func due(at now: Timestamp, limit: Int) -> [Due] {
        var due: [Due] = []
        for index in entries.indices {
            guard due.count < limit else { break }
            guard let sending = next[index], sending <= now else { continue }
            let instants = instants(of: index, since: sending, at: now)
            due += instants.prefix(limit - due.count).map { Due(entry: index, instant: $0) }
        }
        return due.sorted { ($0.instant, $0.entry) < ($1.instant, $1.entry) }
    }

    /// Notes what became of a firing.
    package mutating func settle(_ due: Due, _ outcome: BeatOutcome, task: TaskID) {
        switch outcome {
        case .sent:
            records[due.entry].lastFiring = due.instant
            records[due.entry].count += 1
            records[due.entry].lastTask = task
        case .overlapped, .paused: records[due.entry].lastFiring = due.instant
        case .passed(let record):
            records[due.entry] = record
            // One that may not fire any more is passed by whatever it says.
            records[due.entry].lastFiring = max(record.lastFiring, due.instant)
        case .notLeading: return
        }
        findNext(due.entry)
    }

    /// Asks the zone database again, which costs a look at the file of each zone.
    package mutating func readZones() {
        guard let current = try? Self.timetables(entries, zone) else { return }
        for index in entries.indices where timetables[index] != current[index] {
            timetables[index] = current[index]
            findNext(index)
        }
    }

    /// The next firings of an entry after an instant, whatever was sent.
    package func firings(of entry: Int, after instant: Timestamp, count: Int) -> [Timestamp] {
        guard entries[entry].isEnabled else { return [] }
        return timetables[entry].firings(
            after: instant,
            through: entries[entry].until ?? .latest,
            limit: min(count, entries[entry].count ?? .max)
        )
    }

    /// Seconds east of UTC on the clocks of an entry's place; for one without, on those of the default.
    package func offset(of entry: Int, at instant: Timestamp) -> Int {
        let zone = entries[entry].timezone ?? zone
        return (try? ZoneDatabase.system.rules(of: zone))?.offset(at: instant) ?? 0
    }
}

// MARK: - One entry

extension Beat {
    private static func timetables(
        _ entries: [BeatEntry],
        _ zone: LocalTimeZone
    ) throws(TimeZoneError) -> [Timetable] {
        var known: [LocalTimeZone: TimeZoneRules] = [:]
        var timetables: [Timetable] = []
        timetables.reserveCapacity(entries.count)
        for entry in entries {
            // Many entries are read on the clocks of one place.
            let timetable = try entry.timetable(default: zone) { place throws(TimeZoneError) in
                if let rules = known[place] { return rules }
                let rules = try ZoneDatabase.system.rules(of: place)
                known[place] = rules
                return rules
            }
            timetables.append(timetable)
        }
        return timetables
    }

    private mutating func findNext(_ index: Int) {
        let entry = entries[index]
        next[index] = nil
        guard entry.isEnabled, left(index) > 0,
            let instant = timetables[index].next(after: records[index].lastFiring),
            instant <= entry.until ?? .latest
        else { return }
        next[index] = entry.sendingTime(of: instant)
    }

    /// How often an entry may still fire.
    private func left(_ index: Int) -> Int {
        entries[index].count.map { $0 - records[index].count } ?? .max
    }

    /// The firings of an entry that are to be sent now; `first` is when the first that is due was to be sent.
    private mutating func instants(
        of index: Int,
        since first: Timestamp,
        at now: Timestamp
    ) -> [Timestamp] {
        let entry = entries[index]
        var instants =
            now - first <= grace
            ? timely(index, now) : missed(index, now, entry.catchUp == .all ? Self.mostCaughtUp : 1)
        let last = instants.last
        if now - first > grace, entry.catchUp == .skip {
            instants = instants.filter { now - entry.sendingTime(of: $0) <= grace }
        }
        instants = instants.filter { entry.expiry(of: $0).map { $0 > now } ?? true }
        if instants.isEmpty, let last {
            records[index].lastFiring = last
            findNext(index)
        }
        return Array(instants.prefix(left(index)))
    }

    /// All that are due.
    private func timely(_ index: Int, _ now: Timestamp) -> [Timestamp] {
        due(index, after: records[index].lastFiring, now, limit: Self.mostCaughtUp)
    }

    /// The last that are due, looked for in longer and longer times before now.
    private func missed(_ index: Int, _ now: Timestamp, _ count: Int) -> [Timestamp] {
        let last = records[index].lastFiring
        var length: Duration = .seconds(60)
        while true {
            let start = max(last, now - length)
            let found = due(index, after: start, now, limit: .max)
            if found.count >= count || start == last { return found.suffix(count) }
            length *= 4
        }
    }

    /// Up to the first whose time to be sent has not come: their order is kept.
    private func due(
        _ index: Int,
        after start: Timestamp,
        _ now: Timestamp,
        limit: Int
    ) -> [Timestamp] {
        let entry = entries[index]
        let end = min(now, entry.until ?? .latest)
        let firings = timetables[index].firings(after: start, through: end, limit: limit)
        return Array(firings.prefix { entry.sendingTime(of: $0) <= now })
    }
}
