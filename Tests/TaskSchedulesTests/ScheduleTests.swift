import Testing

@testable import TaskQueue
@testable import TaskSchedules

@Suite("schedules as text")
struct ScheduleTests {
    @Test(
        "of intervals are counted from 1970",
        arguments: [
            ("every 10s", 25_000_000, 30_000_000), ("every 10s", 30_000_000, 40_000_000),
            ("every 10s", 29_999_999, 30_000_000), ("every 90", 1, 90_000_000),
            ("  every\t1h  ", 0, 3_600_000_000), ("every 1h offset 5m", 0, 300_000_000),
            ("every 1h offset 5m", 300_000_000, 3_900_000_000),
            ("every 250ms", 250_000, 500_000), ("every 1ms", 0, 1_000),
            ("every 1d", -1, 0), ("every 10s offset 3s", -8_000_000, -7_000_000),
            ("every 10s offset 3s", -7_000_000, 3_000_000), ("every 1.5s", 0, 1_500_000),
        ] as [(String, Int64, Int64)]
    )
    func intervals(text: String, start: Int64, next: Int64) throws {
        let timetable = Timetable(try Schedule(text), in: .utc)
        #expect(timetable.next(after: Timestamp(microseconds: start))?.microseconds == next)
    }

    @Test("of intervals end with the year 9999")
    func intervalsEnd() throws {
        let daily = Timetable(try Schedule("every 2900000d"), in: .utc)
        #expect(daily.next(after: .latest) == nil)
        #expect(daily.next(after: .earliest)?.microseconds == 0)
    }

    @Test(
        "of the sun have Celery's names",
        arguments: SolarEvent.allCases
    )
    func solar(event: SolarEvent) throws {
        let schedule = try Schedule("\(event.rawValue) -31.23 121.47")
        #expect(schedule == .solar(try Solar(event, latitude: -31.23, longitude: 121.47)))
    }

    @Test(
        "that are wrong are refused with what would be right",
        arguments: [
            (
                "",
                "it is empty: write a crontab line such as \"*/5 9-17 * * mon-fri\", \"every 10s\""
            ),
            ("every", "the interval \"\": write every 10s, or every 1h offset 5m"),
            ("every 10 s", "the interval \"10 s\": write every 10s"),
            ("every 10s 5s", "the interval \"10s 5s\": write every 10s"),
            ("every 10s offset", "write every 10s, or every 1h offset 5m"),
            ("every 10x", "the interval \"10x\": \"10x\" is not a duration: write 90, 90s"),
            ("every 0", "the interval \"0s\": the shortest is 1ms"),
            ("every -5s", "the interval \"-5s\": \"-5s\" is not a duration"),
            ("every 0.5ms", "the interval \"0.5ms\": the shortest is 1ms"),
            (
                "every 10s offset 10s",
                "\"10s\": an offset has to be shorter than the interval of 10s"
            ),
            ("sunset", "the place \"\": write latitude and longitude in degrees"),
            ("sunset 31.23", "as in sunset 31.23 121.47"), ("sunset 1 2 3", "the place \"1 2 3\""),
            ("sunset 31N 121E", "south and west below zero, as in sunset 31.23 121.47"),
            ("sunset 91 0", "the place \"91.0\": a latitude is -90 to 90, north above zero"),
            ("sunset 0 -181", "the place \"-181.0\": a longitude is -180 to 180, east above zero"),
            ("sunset nan 0", "the place \"nan 0\""), ("sunset 0x10 0", "the place \"0x10 0\""),
            ("sunsett 1 2", "\"sunsett 1 2\" is not a schedule: did you mean sunset 1 2?"),
            ("evry 10s", "\"evry 10s\" is not a schedule: did you mean every 10s?"),
            ("hourly", "\"hourly\" is not a schedule: write a crontab line"),
            ("10s", "\"10s\" is not a schedule: did you mean every 10s?"),
            ("30", "\"30\" is not a schedule: did you mean every 30s?"),
            ("1h30m", "did you mean every 1h30m?"),
            ("5 4 * *", "a crontab schedule has five fields (minute, hour, day of month, month"),
            ("@dayli", "did you mean @daily?"), ("61 * * * *", "the minute \"61\""),
        ]
    )
    func refuses(text: String, message: String) {
        let error = #expect(throws: ScheduleError.self) { try Schedule(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }
}
