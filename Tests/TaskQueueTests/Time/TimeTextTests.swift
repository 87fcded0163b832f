import Testing

@testable import TaskQueue

@Suite("times as text")
struct TimeTextTests {
    @Test(
        "reads instants without asking for a zone",
        arguments: [
            ("2026-12-24T18:00:00+01:00", 1_798_131_600_000_000),
            ("2026-12-24 17:00:00Z", 1_798_131_600_000_000),
            ("2026-12-24T17:00Z", 1_798_131_600_000_000),
            ("@1798131600", 1_798_131_600_000_000),
            ("@1798131600.25", 1_798_131_600_250_000),
            ("@0", 0), ("@-1.5", -1_500_000), ("@0.0000019", 1),
        ] as [(String, Int64)]
    )
    func instants(text: String, microseconds: Int64) throws {
        let instant = try TimeText.parse(text)
        #expect(instant.microseconds == microseconds)
    }

    @Test(
        "reads local times on the clocks of a zone, through its gaps and repeats",
        .enabled(if: zonesAreInstalled, "the system has no zone database: install tzdata"),
        arguments: [
            ("2026-12-24 18:00", "Europe/Berlin", "2026-12-24T17:00:00+00:00"),
            ("2026-12-24T18:00:05", "Asia/Kolkata", "2026-12-24T12:30:05+00:00"),
            ("2026-07-01 12:00:00.5", "America/New_York", "2026-07-01T16:00:00.500000+00:00"),
            ("2026-12-24", "Asia/Shanghai", "2026-12-23T16:00:00+00:00"),
            ("2026-12-24 18:00", "UTC", "2026-12-24T18:00:00+00:00"),
            // 02:00 to 03:00 is skipped: 02:30 is an hour and a half after the last 01:00.
            ("2026-03-29 02:30", "Europe/Berlin", "2026-03-29T01:30:00+00:00"),
            ("2026-03-29 01:59:59", "Europe/Berlin", "2026-03-29T00:59:59+00:00"),
            ("2026-03-29 03:00", "Europe/Berlin", "2026-03-29T01:00:00+00:00"),
            // 02:00 to 03:00 happens twice: the first is meant.
            ("2026-10-25 02:30", "Europe/Berlin", "2026-10-25T00:30:00+00:00"),
            ("2026-10-25 03:00", "Europe/Berlin", "2026-10-25T02:00:00+00:00"),
            ("2026-11-01 01:30", "America/New_York", "2026-11-01T05:30:00+00:00"),
            // Half an hour, south of the equator.
            ("2026-10-04 02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00+00:00"),
            // A whole day skipped.
            ("2011-12-30 12:00", "Pacific/Apia", "2011-12-30T22:00:00+00:00"),
        ]
    )
    func localTimes(text: String, zone: String, expected: String) throws {
        let instant = try TimeText.parse(text, in: LocalTimeZone(named: zone))
        #expect(instant.iso8601 == expected)
    }

    @Test(
        "refuses what is no time",
        arguments: [
            "", "@", "@x", "@1.", "@.5", "@1x", "@1.x", "@1.1234567x", "@--1", "@+1", "@1e9",
            "@99999999999999999999",
            "@300000000000", "18:00", "tomorrow", "2026-02-30 18:00", "2026-12-24 24:00",
            "2026-12-24 18:00 CET", "1798131600",
        ]
    )
    func refuses(text: String) {
        #expect(throws: TimeTextError.notATime(text)) {
            try TimeText.parse(text)
        }
    }

    @Test(
        "refuses a zone that the database does not have",
        arguments: [
            "", "Europe/Berln", "Europe", "../../../etc/localtime", "/etc/localtime",
            "Europe//Berlin",
            "Europe/../Europe/Berlin", "zone.tab", "Europe/Berlin\0",
        ]
    )
    func unknownZone(name: String) {
        #expect(throws: TimeZoneError.unknown(name)) {
            try LocalTimeZone(named: name)
        }
    }

    @Test("knows UTC without a database, and says in a sentence what it does not know")
    func messages() throws {
        let zone = try LocalTimeZone(named: "UTC")
        #expect(zone.name == "UTC")
        #expect(
            TimeZoneError.unknown("Mars").description
                == "unknown time zone \"Mars\": write an IANA name such as Europe/Berlin"
        )
    }

    static let zonesAreInstalled = (try? LocalTimeZone(named: "Europe/Berlin")) != nil
}
