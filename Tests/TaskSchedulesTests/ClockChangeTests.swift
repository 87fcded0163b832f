import Testing

@testable import TaskQueue
@testable import TaskSchedules

@Suite("crontab lines where clocks are changed")
struct ClockChangeTests {
    /// In Berlin 02:00 to 03:00 is skipped on 29 March 2026, and repeated on 25 October.
    @Test(
        "fire by the manual's rule",
        arguments: [
            // Fixed hours in a gap: at its end, once.
            ("30 2 * * *", "2026-03-28T23:00Z", ["03:00+02:00"]),
            ("*/10 2 * * *", "2026-03-28T23:00Z", ["03:00+02:00"]),
            ("0 2,3 * * *", "2026-03-28T23:00Z", ["03:00+02:00"]),
            (
                "0,30 1-3 * * *", "2026-03-28T23:00Z",
                [
                    "01:00+01:00", "01:30+01:00", "03:00+02:00", "03:30+02:00",
                ]
            ),
            ("30 2 29 * *", "2026-03-28T23:00Z", ["03:00+02:00"]),
            ("30 2 28 * *", "2026-03-28T23:00Z", []),
            // Any hour: what the clock shows.
            (
                "30 * * * *", "2026-03-28T23:45Z",
                ["01:30+01:00", "03:30+02:00", "04:30+02:00", "05:30+02:00", "06:30+02:00"]
            ),
            ("0 */2 * * *", "2026-03-28T23:00Z", ["04:00+02:00"]),
            // Fixed hours in an overlap: the first pass.
            ("30 2 * * *", "2026-10-24T22:00Z", ["02:30+02:00"]),
            ("0 2,3 * * *", "2026-10-24T22:00Z", ["02:00+02:00", "03:00+01:00"]),
            (
                "0 0-23 * * *", "2026-10-24T22:30Z",
                [
                    "01:00+02:00", "02:00+02:00", "03:00+01:00", "04:00+01:00",
                ]
            ),
            (
                "0 * * * *", "2026-10-24T22:30Z",
                [
                    "01:00+02:00", "02:00+02:00", "02:00+01:00", "03:00+01:00", "04:00+01:00",
                ]
            ),
        ] as [(String, String, [String])]
    )
    func rule(line: String, start: String, expected: [String]) throws {
        let firings = try firings(line, "Europe/Berlin", from: start, ClockChangeRule())
        #expect(firings == expected)
    }

    @Test("may leave out what a gap swallowed, and take both passes")
    func choices() throws {
        let skip = ClockChangeRule(gap: .skip)
        let gap = try firings("30 2 * * *", "Europe/Berlin", from: "2026-03-28T23:00Z", skip)
        #expect(gap == [])
        let twice = ClockChangeRule(overlap: .twice)
        let overlap = try firings("30 2 * * *", "Europe/Berlin", from: "2026-10-24T22:00Z", twice)
        #expect(overlap == ["02:30+02:00", "02:30+01:00"])
    }

    @Test(
        "of half an hour, of a day, and at midnight",
        arguments: [
            ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T14:00Z", ["02:30+11:00"]),
            ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:00Z", ["01:45+11:00"]),
            (
                "45 * * * *", "Australia/Lord_Howe", "2026-04-04T14:00Z",
                [
                    "01:45+11:00", "01:45+10:30", "02:45+10:30", "03:45+10:30", "04:45+10:30",
                ]
            ),
            // The island went from 29 to 31 December.
            ("0 12 30 12 *", "Pacific/Apia", "2011-12-30T08:00Z", ["00:00+14:00"]),
            ("@daily", "America/Havana", "2026-03-08T04:30Z", ["01:00-04:00"]),
            ("59 23 * * *", "America/Havana", "2026-11-01T03:00Z", ["23:59-04:00"]),
        ] as [(String, String, String, [String])]
    )
    func others(line: String, zone: String, start: String, expected: [String]) throws {
        let firings = try firings(line, zone, from: start, ClockChangeRule())
        #expect(firings == expected)
    }

    @Test("fire at the end of a gap once, however near to it one begins to ask")
    func edges() throws {
        let berlin = try ZoneDatabase.system.rules(named: "Europe/Berlin")
        let line = Timetable(.crontab(try Crontab("30 2 * * *")), in: berlin)
        let end = try #require(Timestamp(iso8601: "2026-03-29T01:00:00Z"))
        let tomorrow = try #require(Timestamp(iso8601: "2026-03-30T00:30:00Z"))
        for before in [1, 1_000_000, 1_000_001, 60_000_000] {
            #expect(line.next(after: end - .microseconds(before)) == end)
        }
        for after in [0, 1, 1_000_000, 60_000_000] {
            #expect(line.next(after: end + .microseconds(after)) == tomorrow)
        }
    }

    /// What the clocks show at each firing of the five hours after an instant.
    private func firings(
        _ line: String,
        _ zone: String,
        from start: String,
        _ rule: ClockChangeRule
    ) throws -> [String] {
        let rules = try ZoneDatabase.system.rules(named: zone)
        let timetable = Timetable(.crontab(try Crontab(line)), in: rules, rule)
        let start = try #require(Timestamp(iso8601: start))
        let end = start + .seconds(5 * 3_600 - 1)
        return timetable.firings(after: start, through: end, limit: 100).map {
            let offset = rules.offset(at: $0)
            let shown = ($0 + .seconds(offset)).iso8601.dropFirst(11).prefix(5)
            let minutes = abs(offset) / 60
            let digits = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            return "\(shown)\(offset < 0 ? "-" : "+")\(digits.joined(separator: ":"))"
        }
    }
}
