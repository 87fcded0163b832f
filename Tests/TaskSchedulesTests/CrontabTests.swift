import Testing

@testable import TaskQueue
@testable import TaskSchedules

@Suite("crontab lines")
struct CrontabTests {
    /// 2026-01-01 is a Thursday.
    private static let start = "2026-01-01T00:00:00+00:00"

    @Test(
        "fire at",
        arguments: [
            ("* * * * *", ["2026-01-01T00:01", "2026-01-01T00:02"]),
            ("*/20 * * * *", ["2026-01-01T00:20", "2026-01-01T00:40", "2026-01-01T01:00"]),
            ("5,10-12 * * * *", ["2026-01-01T00:05", "2026-01-01T00:10", "2026-01-01T00:11"]),
            ("50-10/10 * * * *", ["2026-01-01T00:10", "2026-01-01T00:50", "2026-01-01T01:00"]),
            ("0 22-2/2 * * *", ["2026-01-01T02:00", "2026-01-01T22:00", "2026-01-02T00:00"]),
            ("\t0  9\t* * *  ", ["2026-01-01T09:00", "2026-01-02T09:00"]),
            ("@yearly", ["2027-01-01T00:00"]), ("@annually", ["2027-01-01T00:00"]),
            ("@monthly", ["2026-02-01T00:00"]), ("@weekly", ["2026-01-04T00:00"]),
            ("@daily", ["2026-01-02T00:00"]), ("@midnight", ["2026-01-02T00:00"]),
            ("@hourly", ["2026-01-01T01:00"]),
            // Either of the two day fields is enough, unless one begins with an asterisk.
            ("0 0 10 * sat", ["2026-01-03T00:00", "2026-01-10T00:00", "2026-01-17T00:00"]),
            ("0 0 13 * fri", ["2026-01-02T00:00", "2026-01-09T00:00", "2026-01-13T00:00"]),
            ("0 0 */2 * sat", ["2026-01-03T00:00", "2026-01-17T00:00", "2026-01-31T00:00"]),
            ("0 0 13 * */5", ["2026-02-13T00:00", "2026-03-13T00:00", "2026-09-13T00:00"]),
            ("0 0 * * sat", ["2026-01-03T00:00", "2026-01-10T00:00"]),
            ("0 0 ? * sat", ["2026-01-03T00:00", "2026-01-10T00:00"]),
            ("0 0 5 * ?", ["2026-01-05T00:00", "2026-02-05T00:00"]),
            ("0 0 * * 7", ["2026-01-04T00:00"]), ("0 0 * * 0", ["2026-01-04T00:00"]),
            ("0 0 * * 6-7", ["2026-01-03T00:00", "2026-01-04T00:00", "2026-01-10T00:00"]),
            ("0 0 * * 7-1", ["2026-01-04T00:00", "2026-01-05T00:00", "2026-01-11T00:00"]),
            ("0 0 * * 7-7", ["2026-01-04T00:00", "2026-01-11T00:00"]),
            ("0 0 * * Fri-MON", ["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"]),
            ("0 0 * * tuesday,Thurs", ["2026-01-06T00:00", "2026-01-08T00:00"]),
            ("0 0 1 sept,DECEMBER *", ["2026-09-01T00:00", "2026-12-01T00:00"]),
            ("0 0 1 nov-feb *", ["2026-02-01T00:00", "2026-11-01T00:00", "2026-12-01T00:00"]),
            // Long ways.
            ("0 0 29 2 *", ["2028-02-29T00:00", "2032-02-29T00:00"]),
            ("0 0 29 2 */7", ["2032-02-29T00:00", "2060-02-29T00:00", "2088-02-29T00:00"]),
            ("59 23 31 12 *", ["2026-12-31T23:59", "2027-12-31T23:59"]),
            // Quartz.
            ("0 0 L * *", ["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00"]),
            ("0 0 l-2 * *", ["2026-01-29T00:00", "2026-02-26T00:00"]),
            ("0 0 LW * *", ["2026-01-30T00:00", "2026-02-27T00:00", "2026-03-31T00:00"]),
            ("0 0 15W * *", ["2026-01-15T00:00", "2026-02-16T00:00", "2026-03-16T00:00"]),
            ("0 0 1w 8,11 *", ["2026-08-03T00:00", "2026-11-02T00:00"]),
            ("0 0 31W 5,6,10 *", ["2026-05-29T00:00", "2026-10-30T00:00"]),
            ("0 0 1,L * *", ["2026-01-31T00:00", "2026-02-01T00:00", "2026-02-28T00:00"]),
            ("0 0 * * friL", ["2026-01-30T00:00", "2026-02-27T00:00"]),
            ("0 0 * * 5l", ["2026-01-30T00:00", "2026-02-27T00:00"]),
            ("0 0 * * 7L", ["2026-01-25T00:00", "2026-02-22T00:00"]),
            ("0 0 * * fri#3", ["2026-01-16T00:00", "2026-02-20T00:00"]),
            ("0 0 * * 5#5", ["2026-01-30T00:00", "2026-05-29T00:00"]),
            ("0 0 * * 7#1,wed", ["2026-01-04T00:00", "2026-01-07T00:00", "2026-01-14T00:00"]),
            ("0 0 L * friL", ["2026-01-30T00:00", "2026-01-31T00:00", "2026-02-27T00:00"]),
            // Seconds.
            ("*/30 * * * * *", ["2026-01-01T00:00:30", "2026-01-01T00:01"]),
            ("15 59 23 * * *", ["2026-01-01T23:59:15", "2026-01-02T23:59:15"]),
            ("0 0 0 1 1 ?", ["2027-01-01T00:00"]),
        ] as [(String, [String])]
    )
    func fires(line: String, expected: [String]) throws {
        let firings = try firings(line, .cron, count: expected.count)
        #expect(firings == expected)
    }

    @Test(
        "taken over from Celery fire where both day fields match",
        arguments: [
            ("0 0 10 * sat", ["2026-01-10T00:00", "2026-10-10T00:00"]),
            ("0 4 1-7 * mon", ["2026-01-05T04:00", "2026-02-02T04:00"]),
            ("0 0 L * friL", ["2026-07-31T00:00", "2027-04-30T00:00"]),
        ] as [(String, [String])]
    )
    func celery(line: String, expected: [String]) throws {
        let firings = try firings(line, .celery, count: expected.count)
        #expect(firings == expected)
    }

    private func firings(
        _ line: String,
        _ semantics: CrontabSemantics,
        count: Int
    ) throws -> [String] {
        let timetable = Timetable(.crontab(try Crontab(line, semantics: semantics)), in: .utc)
        let start = try #require(Timestamp(iso8601: Self.start))
        return timetable.firings(after: start, through: .latest, limit: count).map { firing in
            let text = firing.iso8601.dropLast("+00:00".count)
            return String(text.hasSuffix(":00") ? text.dropLast(3) : text)
        }
    }

    @Test(
        "that are wrong are refused with the field, the text and what would be right",
        arguments: [
            ("", "a crontab schedule has five fields"), ("* * * *", "not 4"),
            ("* * * * * * 2026", "not 7"), ("@daily 5", "not 2"),
            ("60 * * * *", "the minute \"60\": write 0 to 59, a range such as 10-40, or *"),
            ("* 24 * * *", "the hour \"24\": write 0 to 23, a range such as 9-17, or *"),
            ("* * 0 * *", "the day of month \"0\": write 1 to 31, a range such as 1-15, or *"),
            ("* * 32 * *", "the day of month \"32\": write 1 to 31"),
            (
                "* * * 13 *",
                "the month \"13\": write 1 to 12 or jan to dec, a range such as jan-mar"
            ),
            ("* * * 0 *", "the month \"0\""),
            (
                "* * * * 8",
                "the day of week \"8\": write 0 to 6 or sun to sat, a range such as mon-fri"
            ),
            ("* * * * mo", "the day of week \"mo\""), ("* * * * monk", "the day of week \"monk\""),
            ("* * * mon *", "the month \"mon\""), ("mon * * * *", "the minute \"mon\""),
            ("60 * * * * *", "the second \"60\": write 0 to 59"),
            ("5/15 * * * *", "the minute \"5/15\": a step follows * or a range: write 5-59/15"),
            ("*/0 * * * *", "the minute \"*/0\": a step is a number from 1 on, as in */5"),
            ("*/ * * * *", "the minute \"*/\": a step"),
            ("*/x * * * *", "the minute \"*/x\": a step"),
            ("*/-1 * * * *", "the minute \"*/-1\": a step"), ("1/2/3 * * * *", "\"1/2/3\": a step"),
            ("1,,2 * * * *", "the minute \"1,,2\": there is nothing before or after a comma"),
            (", * * * *", "there is nothing before or after a comma"),
            ("-1 * * * *", "the minute \"-1\""), ("1- * * * *", "the minute \"1-\""),
            ("1-2-3 * * * *", "the minute \"1-2-3\""), ("1.5 * * * *", "the minute \"1.5\""),
            ("+1 * * * *", "the minute \"+1\""), ("٣ * * * *", "the minute \"٣\""),
            ("** * * * *", "the minute \"**\""), ("*5 * * * *", "the minute \"*5\""),
            ("99999999999999999999 * * * *", "the minute \"99999999999999999999\""),
            (
                "? * * * *",
                "the minute \"?\": ? stands for any day, and only in the day fields: write *"
            ),
            ("L * * * *", "the minute \"L\""), ("* * W * *", "the day of month \"W\""),
            ("* * 32W * *", "write 15W for the workday nearest to the 15th"),
            ("* * 1-5W * *", "write 15W for the workday nearest to the 15th"),
            ("* * L-31 * *", "write L for the last day of the month, L-3 for three days before it"),
            ("* * L3 * *", "write L for the last day of the month"),
            ("* * * * L", "write friL for the last Friday, L in the day of month field"),
            ("* * * * xL", "write friL or 5L for the last Friday of the month"),
            ("* * * * mon-friL", "write friL or 5L for the last Friday of the month"),
            ("* * * * fri#6", "write fri#3 or 5#3 for the third Friday of the month, up to #5"),
            ("* * * * fri#0", "write fri#3"), ("* * * * fri#", "write fri#3"),
            ("* * * * #3", "write fri#3"), ("* * fri#3 * *", "the day of month \"fri#3\""),
            ("@reboot", "@reboot works only in cron"),
            ("@dayly", "unknown word \"@dayly\": did you mean @daily?"),
            ("@every 10s", "unknown word \"@every\": did you mean every 10s?"),
            ("@", "unknown word \"@\": write @yearly, @monthly, @weekly, @daily or @hourly"),
            ("0 0 31 2 *", "it would never fire: no year has day of month 31 in month 2"),
            ("0 0 30 feb *", "it would never fire: no year has day of month 30 in month feb"),
            ("0 0 31 4,6 *", "no year has day of month 31 in month 4,6"),
            ("0 0 31W 6 *", "no year has day of month 31W in month 6"),
            ("0 0 L-30 2 *", "no year has day of month L-30 in month 2"),
        ]
    )
    func refuses(line: String, message: String) {
        let error = #expect(throws: CrontabError.self) { try Crontab(line) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }

    @Test(
        "of Celery's have no day 7, and need both day fields to be possible",
        arguments: [
            ("* * * * 7", "the day of week \"7\": Celery has no day 7: write 0 or sun"),
            ("* * * * 5-7", "Celery has no day 7: write 0 or sun"),
            ("* * * * 7#1", "write fri#3"),
            (
                "0 0 1-7 * fri#2",
                "it would never fire: no year has day of month 1-7 with day of week fri#2"
            ),
        ]
    )
    func refusesForCelery(line: String, message: String) {
        let error = #expect(throws: CrontabError.self) { try Crontab(line, semantics: .celery) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }

    @Test("end with the year 9999, and begin with the year 1")
    func ends() throws {
        let yearly = Timetable(.crontab(try Crontab("@yearly")), in: .utc)
        #expect(yearly.next(after: .latest) == nil)
        #expect(yearly.next(after: .earliest)?.iso8601 == "0002-01-01T00:00:00+00:00")
        let zone = try ZoneDatabase.system.rules(named: "America/New_York")
        let daily = Timetable(.crontab(try Crontab("59 23 * * *")), in: zone)
        #expect(daily.next(after: .latest) == nil)
        #expect(daily.next(after: .earliest) != nil)
        let last = Timestamp.latest - .seconds(2 * 86_400)
        let firings = daily.firings(after: last, through: .latest, limit: 10)
        #expect(
            firings.map(\.iso8601) == ["9999-12-30T04:59:00+00:00", "9999-12-31T04:59:00+00:00"]
        )
    }

    @Test("fire after an instant within a second, and never at the instant itself")
    func fractions() throws {
        let line = Timetable(.crontab(try Crontab("* * * * *")), in: .utc)
        for (start, expected) in [(59_999_999, 60), (60_000_000, 120), (60_000_001, 120)] {
            let next = line.next(after: Timestamp(microseconds: Int64(start)))
            #expect(next == Timestamp(wholeSeconds: expected))
        }
        #expect(line.next(after: Timestamp(microseconds: -1)) == Timestamp(wholeSeconds: 0))
    }
}
