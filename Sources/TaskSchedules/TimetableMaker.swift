package import TaskQueue

/// Makes the timetables of many entries, most of which are read on the clocks of a few places.
package struct TimetableMaker {
    /// For entries without a zone of their own.
    let zone: LocalTimeZone
    private var known: [LocalTimeZone: TimeZoneRules] = [:]

    package init(default zone: LocalTimeZone) {
        self.zone = zone
    }

    /// An entry's firings; each zone is looked up once.
    ///
    /// - Throws: ``TimeZoneError`` if the entry's zone is not in the database.
    package mutating func timetable(of entry: BeatEntry) throws(TimeZoneError) -> Timetable {
        try entry.timetable(default: zone) { place throws(TimeZoneError) in
            if let rules = known[place] { return rules }
            let rules = try ZoneDatabase.system.rules(of: place)
            known[place] = rules
            return rules
        }
    }
}
