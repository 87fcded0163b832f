import Testing

@testable import TaskQueue

@Suite("durations as text")
struct DurationTextTests {
    @Test(
        "reads",
        arguments: [
            ("90", .seconds(90)), ("90s", .seconds(90)), ("250ms", .milliseconds(250)),
            ("10m", .seconds(600)), ("1h30m", .seconds(5_400)), ("2d", .seconds(172_800)),
            ("0", .zero), ("0ms", .zero), ("007", .seconds(7)), ("1.5", .milliseconds(1_500)),
            ("1.5s", .milliseconds(1_500)), ("0.25h", .seconds(900)),
            ("0.5ms", .microseconds(500)), ("1m0.5s", .milliseconds(60_500)),
            ("1.000000001", .nanoseconds(1_000_000_001)),
            ("1.0000000019", .nanoseconds(1_000_000_001)),
            ("1d2h3m4s5ms", .milliseconds(93_784_005)), ("1h90m", .seconds(9_000)),
            ("2900000d", .seconds(250_560_000_000)),
        ] as [(String, Duration)]
    )
    func reads(text: String, length: Duration) throws {
        let parsed = try DurationText.parse(text)
        #expect(parsed == length)
    }

    @Test(
        "refuses",
        arguments: [
            "", " ", "-1", "+1", "s", "ms", ".5", "1.", "1.s", "1..5", "1e3", "1 s", " 1s", "1s ",
            "1S", "1min", "1w", "1y", "10m1h", "1h1h", "1ms1s", "1h30", "1.5h30m", "1,5s", "٣s",
            "0x10", "inf", "nan", "1s\0", "1h-5m",
        ]
    )
    func refuses(text: String) {
        #expect(throws: DurationTextError.notADuration(text)) {
            try DurationText.parse(text)
        }
    }

    @Test(
        "refuses what no clock could count",
        arguments: [
            "2900001d", "9223372036854775807d", "18446744073709551616",
            "99999999999999999999999999999999999999999999h", "250560000001",
        ]
    )
    func tooLong(text: String) {
        #expect(throws: DurationTextError.tooLong(text)) {
            try DurationText.parse(text)
        }
    }

    @Test(
        "writes, and reads what it wrote",
        arguments: [
            (.seconds(5_400), "1h30m"), (.zero, "0s"), (.milliseconds(1_500), "1.5s"),
            (.milliseconds(250), "250ms"), (.microseconds(1_250), "1.25ms"),
            (.microseconds(3), "0.003ms"), (.milliseconds(120_250), "2m250ms"),
            (.microseconds(60_000_000 + 1_000_001), "1m1.000001s"), (.seconds(86_400), "1d"),
            (.seconds(93_784), "1d2h3m4s"), (.seconds(10), "10s"), (.nanoseconds(1), "0s"),
        ] as [(Duration, String)]
    )
    func writes(length: Duration, text: String) throws {
        #expect(DurationText.format(length) == text)
        let parsed = try DurationText.parse(text)
        #expect(parsed.microseconds == length.microseconds)
    }

    @Test("writes a length below zero, which is never read")
    func negative() {
        #expect(DurationText.format(.seconds(-90)) == "-1m30s")
        #expect(DurationText.format(.seconds(Int64.min)).hasPrefix("-106751991d"))
    }

    @Test("says what is wrong in a sentence")
    func message() {
        let error = DurationTextError.notADuration("5 minutes")
        #expect(
            error.description
                == "\"5 minutes\" is not a duration: write 90, 90s, 250ms, 10m, 1h30m or 2d"
        )
    }
}
