/// Lengths of time as a person writes them: `90`, `90s`, `250ms`, `10m`, `1h30m`, `2d`.
package enum DurationText {
    /// Reads one length: numbers with units `d h m s ms`, falling, each at most once.
    ///
    /// A bare number is seconds. The last number may have decimals (`1.5h`), which count to the
    /// nanosecond.
    /// - Throws: ``DurationTextError``; a length below zero is never returned.
    package static func parse(_ text: some StringProtocol) throws(DurationTextError) -> Duration {
        var reader = DurationReader(Array(text.utf8))
        guard let nanoseconds = reader.read() else { throw .notADuration(String(text)) }
        guard nanoseconds <= longest else { throw .tooLong(String(text)) }
        return duration(nanoseconds)
    }

    /// Takes a number of seconds from JSON or TOML under the same rules.
    package static func parse(seconds: Double) throws(DurationTextError) -> Duration {
        guard seconds >= 0 else { throw .notADuration("\(seconds)") }
        let nanoseconds = seconds * 1_000_000_000
        guard nanoseconds <= Double(longest) else { throw .tooLong("\(seconds)") }
        return duration(Int128(nanoseconds.rounded()))
    }

    private static func duration(_ nanoseconds: Int128) -> Duration {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Duration(
            secondsComponent: Int64(seconds),
            attosecondsComponent: Int64(rest) * 1_000_000_000
        )
    }

    /// Writes a length for a person, to the microsecond: `1h30m`, `1.5s`, `2m250ms`, `0s`;
    /// ``parse(_:)`` reads it.
    package static func format(_ length: Duration) -> String {
        let microseconds = length.microseconds
        if microseconds == 0 { return "0s" }
        var rest = microseconds.magnitude
        var text = microseconds < 0 ? "-" : ""
        for (unit, size) in wholeUnits where rest >= size {
            text += "\(rest / size)\(unit)"
            rest %= size
        }
        if rest >= 1_000_000 {
            text += decimal(rest, size: 1_000_000) + "s"
        } else if rest > 0 {
            text += decimal(rest, size: 1_000) + "ms"
        }
        return text
    }

    /// In nanoseconds: 2,900,000 days, so that for some decades to come an instant that is so far away still
    /// lies before the year 10000, and need not be moved.
    private static let longest: Int128 = 2_900_000 * 86_400 * 1_000_000_000

    /// In microseconds; never written with decimals.
    private static let wholeUnits: [(String, UInt64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000),
    ]

    /// `amount / size` with as many decimals as it has; `size` is a power of ten.
    private static func decimal(_ amount: UInt64, size: UInt64) -> String {
        var text = String(amount / size)
        var rest = amount % size
        var place = size / 10
        if rest > 0 { text += "." }
        while rest > 0 {
            text += String(rest / place)
            rest %= place
            place /= 10
        }
        return text
    }
}
