package import TaskQueue
package import TaskSchedules

/// Which firings of which entries are due: decided by values alone, without asking a clock or a broker.
///
/// The firings of each entry come one by one, each after the last that was sent: so a clock that
/// jumps skips none and repeats none.
///
/// As long as the first unsent firing of an entry is late by no more than ``grace``, all are sent, whatever
/// the entry says of catching up: it may take that long until another process takes the place of one that
/// died. Later than that, the entry decides: none, the last or all are sent; with none, the last one is still
/// sent if it is late by no more than ``grace``.
package struct Beat: Sendable {
    /// A firing to send.
    package struct Due: Equatable, Sendable {
        /// Its position among the entries.
        package let entry: Int
        package let instant: Timestamp
    }

    /// How late a firing may be without counting as missed.
    package let grace: Duration
    /// For entries of the settings without a zone of their own.
    private let zone: LocalTimeZone
    /// Entries of the settings first, then the live ones.
    private var items: [ScheduledEntry] = []
    /// How many of them are from the settings.
    private let configured: Int
    /// When each entry's next firing is to be sent; `nil`: there is none.
    ///
    /// Apart from ``items``, so that looking at all of them costs little.
    private var next: [Timestamp?] = []

    /// All entries count as known since `now`, until ``adopt(_:)``.
    ///
    /// - Throws: ``TimeZoneError`` if an entry's zone is not in the database.
    package init(
        _ entries: [BeatEntry],
        default zone: LocalTimeZone,
        grace: Duration = .seconds(15),
        at now: Timestamp
    ) throws(TimeZoneError) {
        self.grace = grace
        self.zone = zone
        configured = entries.count
        var maker = TimetableMaker(default: zone)
        for entry in entries {
            let timetable = try maker.timetable(of: entry)
            items.append(ScheduledEntry(entry, timetable, BeatRecord(lastFiring: now)))
        }
        next = items.map(\.nextSending)
    }
}

// MARK: - The entries

extension Beat {
    /// Positions of the entries: those of the settings first, then the live ones.
    package var indices: Range<Int> { items.indices }

    /// How many of them are live.
    package var liveCount: Int { items.count - configured }

    package func entry(_ index: Int) -> BeatEntry { items[index].entry }

    /// The version of a live entry; `nil` for one of the settings.
    package func version(of index: Int) -> Int64? { items[index].version }

    /// The entries of the settings as the broker should know them, in their order.
    package var registrations: [BeatRegistration] {
        items.prefix(configured).map { BeatRegistration($0.entry, default: zone) }
    }

    /// Goes on from what the broker remembers of each entry of the settings.
    package mutating func adopt(_ records: [BeatRecord]) {
        precondition(records.count == configured, "the broker knows as many entries as were named")
        for index in records.indices {
            items[index].record = records[index]
            next[index] = items[index].nextSending
        }
    }

    /// Uses other live entries from now on; those of the settings, and those that stay, go on as they
    /// were.
    ///
    /// - Parameters:
    ///   - stays: whether a live entry that is here goes on.
    ///   - news: further ones, with what is remembered of them.
    /// - Returns: those of the further ones whose zone is not in the database, and why; they are left out.
    package mutating func changeLive(
        keeping stays: (BeatEntry) -> Bool,
        adding news: [(live: LiveEntry, record: BeatRecord)]
    ) -> [(live: LiveEntry, reason: TimeZoneError)] {
        let live = items.indices.dropFirst(configured).filter { stays(items[$0].entry) }
        let kept = Array(items.indices.prefix(configured)) + live
        items = kept.map { items[$0] }
        next = kept.map { next[$0] }
        var maker = TimetableMaker(default: .system)
        var refused: [(live: LiveEntry, reason: TimeZoneError)] = []
        for (live, record) in news {
            do throws(TimeZoneError) {
                let timetable = try maker.timetable(of: live.entry)
                items.append(
                    ScheduledEntry(live.entry, timetable, record, version: live.version)
                )
                next.append(items[items.endIndex - 1].nextSending)
            } catch {
                refused.append((live, error))
            }
        }
        return refused
    }

    /// What is remembered of an entry.
    package func record(of entry: Int) -> BeatRecord { items[entry].record }

    /// The next firings of an entry after an instant, whatever was sent.
    package func firings(of entry: Int, after instant: Timestamp, count: Int) -> [Timestamp] {
        items[entry].firings(after: instant, count: count)
    }

    /// Seconds east of UTC on the clocks of an entry's place; for one without, on those of the default.
    package func offset(of entry: Int, at instant: Timestamp) -> Int {
        let zone = items[entry].entry.timezone ?? (entry < configured ? zone : .system)
        return (try? ZoneDatabase.system.rules(of: zone))?.offset(at: instant) ?? 0
    }

    /// Asks the zone database again, which costs a look at the file of each zone.
    package mutating func readZones() {
        var configuredMaker = TimetableMaker(default: zone)
        var liveMaker = TimetableMaker(default: .system)
        for index in items.indices {
            let entry = items[index].entry
            let current =
                index < configured
                ? try? configuredMaker.timetable(of: entry) : try? liveMaker.timetable(of: entry)
            guard let current, current != items[index].timetable else { continue }
            items[index].timetable = current
            next[index] = items[index].nextSending
        }
    }
}

// MARK: - What is due

extension Beat {
    /// When the next firing of any entry is to be sent; `nil`: there is none.
    ///
    /// This looks at all of them, which for 10,000 entries takes some microseconds.
    package var nextSending: Timestamp? {
        var first: Timestamp?
        for case let instant? in next where first.map({ instant < $0 }) ?? true { first = instant }
        return first
    }

    /// The firings that are due; those to be left out are left out already.
    ///
    /// At most `limit`; the others are due the next time. The earliest comes first.
    package mutating func due(at now: Timestamp, limit: Int) -> [Due] {
        var due: [Due] = []
        for index in next.indices {
            guard due.count < limit else { break }
            guard let sending = next[index], sending <= now else { continue }
            let instants = items[index].instants(since: sending, at: now, grace: grace)
            if instants.isEmpty { next[index] = items[index].nextSending }
            due += instants.prefix(limit - due.count).map { Due(entry: index, instant: $0) }
        }
        return due.sorted { ($0.instant, $0.entry) < ($1.instant, $1.entry) }
    }

    /// Notes what became of a firing.
    package mutating func settle(_ due: Due, _ outcome: BeatOutcome, task: TaskID) {
        guard outcome != .notLeading else { return }
        items[due.entry].settle(due.instant, outcome, task: task)
        next[due.entry] = items[due.entry].nextSending
    }
}
