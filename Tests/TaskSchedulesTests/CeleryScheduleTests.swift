import TestSupport
import Testing

@testable import TaskQueue
@testable import TaskSchedules

@Suite("schedules that Celery went through")
struct CeleryScheduleTests {
    @Test("fields hold the same numbers, or are refused")
    func fields() throws {
        let cases = try #require(Fixture("schedule-crontab-parse").content[key: "fields"]?.elements)
        #expect(cases.count > 60)
        for element in cases {
            let name = try #require(element[key: "field"]?.string)
            let spec = try #require(element[key: "spec"]?.string)
            let expected = element[key: "values"]?.elements?.compactMap(\.integer)
            let field = try #require(Self.fields[name])
            // White space parts the fields of a line, so it is never within one.
            let text = spec.split(separator: " ").first ?? ""
            #expect(numbers(field, text) == expected, "\(name) \(spec)")
        }
    }

    private static let fields: [String: CrontabField] = [
        "minute": .minute, "hour": .hour, "day_of_month": .dayOfMonth,
        "month_of_year": .month, "day_of_week": .dayOfWeek,
    ]

    private func numbers(_ field: CrontabField, _ text: Substring) -> [Int]? {
        let reader = CrontabFieldReader(field: field, semantics: .celery)
        guard let mask = try? reader.numbers(text) else { return nil }
        return (0..<64).filter { mask & 1 << UInt64($0) != 0 }
    }

    @Test("whole lines are taken, or refused")
    func whole() throws {
        let cases = try #require(Fixture("schedule-crontab-parse").content[key: "whole"]?.elements)
        #expect(cases.count == 7)
        for element in cases {
            let crontab = CeleryCrontab(try #require(element[key: "crontab"]))
            let isTaken = (try? crontab.parsed()) != nil
            #expect(isTaken == (element[key: "ok"]?.boolean ?? false), "\(crontab.line)")
        }
    }

    @Test("crontabs fire at the same instants, but for what the manual says of clock changes")
    func runs() throws {
        let series = try #require(Fixture("schedule-crontab-runs").content[key: "series"]?.elements)
        #expect(series.count == 45)
        var differing: Set<String> = []
        for element in series {
            let line = CeleryCrontab(try #require(element[key: "crontab"]))
            let zone = try #require(element[key: "timezone"]?.string)
            let runs = try #require(element[key: "runs"]?.elements)
            let theirs = try runs.map { try instant($0[key: "utc"]) }
            let timetable = Timetable(
                .crontab(try line.parsed()),
                in: try ZoneDatabase.system.rules(named: zone)
            )
            let ours = timetable.firings(
                after: try instant(element[key: "start"]),
                through: try #require(theirs.last),
                limit: .max
            )
            for firing in ours where !theirs.contains(firing) {
                differing.insert("only ours: \(zone), \(line.line): \(firing)")
            }
            for firing in theirs where !ours.contains(firing) {
                differing.insert("only theirs: \(zone), \(line.line): \(firing)")
            }
        }
        #expect(differing == Self.differences)
    }

    /// Celery moves what a gap swallowed by the gap; we have it at the gap's end.
    ///
    /// Celery leaves out the second pass of a repeated hour always; we only where the hour is fixed.
    private static let differences: Set = [
        "only ours: America/New_York, */30 * * * *: 2026-11-01T06:00:00+00:00",
        "only ours: America/New_York, */30 * * * *: 2026-11-01T06:30:00+00:00",
        "only ours: America/New_York, 15,45 1-3 * * *: 2026-03-08T07:00:00+00:00",
        "only ours: America/New_York, 30 2 * * *: 2026-03-08T07:00:00+00:00",
        "only theirs: America/New_York, 30 2 * * *: 2026-03-08T07:30:00+00:00",
        "only ours: Australia/Lord_Howe, */30 * * * *: 2026-04-04T15:00:00+00:00",
        "only ours: Australia/Lord_Howe, 15,45 1-3 * * *: 2026-10-03T15:30:00+00:00",
        "only ours: Europe/Berlin, */30 * * * *: 2026-10-25T01:00:00+00:00",
        "only ours: Europe/Berlin, */30 * * * *: 2026-10-25T01:30:00+00:00",
        "only ours: Europe/Berlin, 15,45 1-3 * * *: 2026-03-29T01:00:00+00:00",
        "only ours: Europe/Berlin, 30 2 * * *: 2026-03-29T01:00:00+00:00",
        "only theirs: Europe/Berlin, 30 2 * * *: 2026-03-29T01:30:00+00:00",
    ]

    @Test("a crontab is due when it has fired since, not longer ago than the deadline")
    func due() throws {
        let cases = try #require(Fixture("schedule-is-due").content[key: "crontab"]?.elements)
        #expect(cases.count == 15)
        for element in cases {
            let timetable = Timetable(
                .crontab(try CeleryCrontab(try #require(element[key: "crontab"])).parsed()),
                in: .utc
            )
            let now = try instant(element[key: "now"])
            let last = try instant(element[key: "last_run_at"])
            let deadline = element[key: "beat_cron_starting_deadline"]?.integer
            let start = deadline.map { max(last, now - .seconds($0)) } ?? last
            let missed = timetable.firings(after: start, through: now, limit: 1)
            #expect(!missed.isEmpty == element[key: "is_due"]?.boolean, "\(element)")
            let next = try #require(timetable.next(after: now))
            let wait = try #require(element[key: "next"]?.double)
            #expect(next - now == .microseconds(Int64(wait * 1_000_000)), "\(element)")
        }
    }

    @Test("the sun does the same in the same second")
    func solar() throws {
        let cases = try #require(Fixture("schedule-solar").content[key: "events"]?.elements)
        #expect(cases.count == 108)
        for element in cases {
            let solar = try Solar(
                try #require(SolarEvent(rawValue: element[key: "event"]?.string ?? "")),
                latitude: try #require(element[key: "lat"]?.double),
                longitude: try #require(element[key: "lon"]?.double)
            )
            let start = try instant(element[key: "after"])
            let theirs = try instant(element[key: "next"])
            let ours = try #require(solar.next(after: start))
            // Ours is the whole second after. Two seconds of arc are some of time where the sun comes
            // back after weeks, for minutes, and only grazes the altitude.
            let tolerance = theirs - start > .seconds(10 * 86_400) ? 7.0 : 0.5
            let difference = Double((ours - theirs).microseconds) / 1_000_000
            #expect((-tolerance...1 + tolerance).contains(difference), "\(element): \(ours)")
        }
    }

    private func instant(_ value: JSONText?) throws -> Timestamp {
        try #require(Timestamp(iso8601: value?.string ?? ""))
    }
}
