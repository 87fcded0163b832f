import Glibc
import Testing

@testable import TaskQueue

@Suite("Timestamp as ISO 8601")
struct TimestampISO8601Tests {
    @Test(
        "reads what Celery writes and reads",
        arguments: [
            ("2026-11-23T02:50:27.296518+00:00", 1_795_402_227_296_518),
            ("2026-11-23T02:50:27+00:00", 1_795_402_227_000_000),
            ("2026-11-23T02:50:27", 1_795_402_227_000_000),
            ("2026-11-23T02:50:27Z", 1_795_402_227_000_000),
            ("2026-11-23t02:50:27z", 1_795_402_227_000_000),
            ("2026-11-23 02:50:27Z", 1_795_402_227_000_000),
            ("2026-11-23T02:50:27-00:00", 1_795_402_227_000_000),
            ("2026-11-23T08:20:27+0530", 1_795_402_227_000_000),
            ("2026-11-23T08:20:27+05:30", 1_795_402_227_000_000),
            ("2026-11-22T21:50:27-05", 1_795_402_227_000_000),
            ("2026-11-23T10:56:10+08:05:43", 1_795_402_227_000_000),
            ("2026-11-23T02:50:27.2", 1_795_402_227_200_000),
            ("2026-11-23T02:50:27,25", 1_795_402_227_250_000),
            ("2026-11-23T02:50:27.296518999", 1_795_402_227_296_518),
            ("2026-11-23T02:50", 1_795_402_200_000_000),
            ("2026-11-23", 1_795_392_000_000_000),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2000-02-29T00:00:00Z", 951_782_400_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)]
    )
    func reads(text: String, microseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
        #expect(Timestamp(iso8601: text[...])?.microseconds == microseconds)
    }

    @Test(
        "refuses what is no time",
        arguments: [
            "", "now", "2026", "2026-11", "2026-11-23T", "2026-11-23T02", "2026-11-23T02:50:",
            "2026-11-23T02:50:27.", "2026-11-23T02:50:27.Z", "2026-11-23T02:50:27+",
            "2026-11-23T02:50:27+5", "2026-11-23T02:50:27+05:", "2026-11-23T02:50:27+05:3",
            "2026-11-23T02:50:27+24:00", "2026-11-23T02:50:27+05:60", "2026-11-23T02:50:27ZZ",
            "2026-11-23T02:50:27Z ", " 2026-11-23T02:50:27Z", "2026-11-23  02:50:27Z",
            "2026-11-23T24:00:00Z", "2026-11-23T02:60:00Z", "2026-11-23T02:50:60Z",
            "2026-02-31", "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01",
            "2026-01-00", "0000-01-01", "-001-01-01", "12026-01-01", "2026-1-1", "20261123",
            "2026-11-23T2:50:27Z", "2026-11-23T02.50.27Z", "２026-11-23", "2026-11-23\0",
            "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "1795402227",
        ]
    )
    func refuses(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test("reads bytes as it reads text")
    func readsBytes() {
        let bytes = Array("2026-11-23T02:50:27Z".utf8)
        let instant = bytes.withUnsafeBufferPointer { Timestamp(iso8601: $0) }
        #expect(instant?.microseconds == 1_795_402_227_000_000)
    }

    @Test(
        "writes what Python's isoformat writes",
        arguments: [
            (0, "1970-01-01T00:00:00+00:00"),
            (1, "1970-01-01T00:00:00.000001+00:00"),
            (-1, "1969-12-31T23:59:59.999999+00:00"),
            (1_795_402_227_296_518, "2026-11-23T02:50:27.296518+00:00"),
            (1_795_402_227_200_000, "2026-11-23T02:50:27.200000+00:00"),
        ] as [(Int64, String)]
    )
    func writes(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).iso8601 == text)
        #expect("\(Timestamp(microseconds: microseconds))" == text)
    }

    @Test("any instant of the years 1 to 9999 comes back as it was")
    func roundTrip() {
        // A step of 8 days, 4 hours and some, so that months, years and hours all vary.
        let step: Int64 = 708_123_456_789
        var microseconds = Timestamp.earliest.microseconds
        while microseconds <= Timestamp.latest.microseconds {
            let instant = Timestamp(microseconds: microseconds)
            guard Timestamp(iso8601: instant.iso8601) == instant else {
                Issue.record("\(microseconds) is written \(instant.iso8601)")
                return
            }
            microseconds += step
        }
    }

    @Test("the calendar is the C library's, day by day for four centuries")
    func calendar() {
        for days in 0..<146_097 {
            var time = time_t(days * 86_400)
            var fields = tm()
            gmtime_r(&time, &fields)
            let date = CivilDate(daysSinceEpoch: days)
            guard
                date.year == Int(fields.tm_year) + 1900, date.month == Int(fields.tm_mon) + 1,
                date.day == Int(fields.tm_mday), date.daysSinceEpoch == days, date.isValid
            else {
                Issue.record("day \(days) is \(date)")
                return
            }
        }
    }
}
