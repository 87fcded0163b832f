import Glibc
import TestSupport
import Testing

@testable import TaskQueue

@Suite("time zones")
struct TimeZoneRulesTests {
    @Test("have the offsets that Python has, in every zone of the database, for five centuries")
    func agreement() async throws {
        let outcome = try await run(
            "python3",
            arguments: ["-c", Self.program],
            timeout: .seconds(120)
        )
        let lines = try outcome.succeeded().lines
        try #require(lines.count > 10_000)
        for line in lines {
            let fields = line.split(separator: " ")
            let rules = try ZoneDatabase.system.rules(named: String(fields[0]))
            let second = try #require(Int(fields[1]))
            #expect(rules.period(containing: second).offset == Int(fields[2]), "\(line)")
        }
    }

    private static let program = """
        import datetime, random, zoneinfo
        rng = random.Random(9636)
        for name in sorted(zoneinfo.available_timezones()):
            zone = zoneinfo.ZoneInfo(name)
            for _ in range(30):
                second = rng.randrange(-1893456000, 13569465600)
                time = datetime.datetime.fromtimestamp(second, zone)
                print(name, second, int(time.utcoffset().total_seconds()))
        """

    @Test(
        "keep the same offset for stretches that meet, in the table and after it",
        arguments: [
            "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
            "Europe/Dublin", "Asia/Kolkata", "Pacific/Apia", "UTC",
        ]
    )
    func stretches(name: String) throws {
        let rules = try ZoneDatabase.system.rules(named: name)
        var second = -2_208_988_800
        var count = 0
        while second < 16_725_225_600 {
            let period = rules.period(containing: second)
            #expect(period.start <= second && second < period.end)
            guard period.end != .max else { break }
            let next = rules.period(containing: period.end)
            #expect(next.start == period.end && next.offsetBefore == period.offset, "\(period)")
            #expect(rules.period(containing: period.end - 1) == period)
            second = period.end
            count += 1
        }
        #expect(count > 0 || name == "UTC")
    }

    @Test(
        "of a TZ variable are read",
        arguments: [
            ("UTC0", 1_780_000_000, 0), ("EST5", 1_780_000_000, -18_000),
            ("<+0330>-3:30", 1_780_000_000, 12_600), ("<-02>2:00:01", 0, -7_201),
            // 2026-06-01 and 2026-01-01.
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_780_272_000, 7_200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_767_225_600, 3_600),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_767_225_600, 0),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_767_225_600, 39_600),
            ("EST5EDT4,J60,J300", 1_780_272_000, -14_400),
            ("EST5EDT,59/-1,299/167", 1_767_225_600, -18_000),
            // Summer all the year.
            ("EST5EDT,0/0,J365/25", 1_767_225_600, -14_400),
            ("EST5EDT,0/0,J365/25", 1_767_243_600, -14_400),
        ]
    )
    func rule(text: String, second: Int, offset: Int) throws {
        var reader = RecurringZoneRuleReader(text.utf8)
        let rule = reader.read()
        let rules = TimeZoneRules(try #require(rule))
        #expect(rules.period(containing: second).offset == offset)
    }

    @Test(
        "of a TZ variable are refused",
        arguments: [
            "", "CET", "C-1", "CET-", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0",
            "CET-1CEST,M3.5.0,M10.5.0/", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
            "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,366,0", "CET-1x", "CET-168",
            "CET-1:60", "<+>1", "<+01", "CET-1CEST,M3.5.0,M10.5.0/3 ", " CET-1",
        ]
    )
    func refuses(text: String) {
        var reader = RecurringZoneRuleReader(text.utf8)
        let rule = reader.read()
        #expect(rule == nil)
    }
}
