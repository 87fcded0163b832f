/// Instants as a person writes them.
package enum TimeText {
    /// Reads `2026-12-24T18:00:00+01:00`, `@1798131600`, or `2026-12-24 18:00` on the clocks of
    /// `zone`.
    ///
    /// A local time that a change of the clocks skips is moved forward by the time that was skipped; if a local
    /// time happens twice, the first is meant; a date alone is its midnight.
    /// - Throws: ``TimeTextError``.
    package static func parse(
        _ text: String,
        in zone: LocalTimeZone = .system
    ) throws(TimeTextError) -> Timestamp {
        if text.begins(with: "@") {
            guard let instant = epoch(text.dropFirst()) else { throw .notATime(String(text)) }
            return instant
        }
        guard let civil = CivilDateTime(iso8601: text) else { throw .notATime(String(text)) }
        let offset: Int
        if let own = civil.utcOffset {
            offset = own
        } else {
            do throws(TimeZoneError) { offset = try zone.utcOffset(showing: civil) } catch {
                throw .unknownClocks(String(text), error)
            }
        }
        guard let instant = Timestamp(civil, utcOffset: offset) else {
            throw .notATime(String(text))
        }
        return instant
    }

    /// Seconds since 1970 with up to six decimals, read exactly; more decimals are dropped.
    private static func epoch(_ text: some StringProtocol) -> Timestamp? {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0)
            .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count > 1 ? String(parts[1]) : "0"
        guard
            let seconds = number(parts[0]),
            !decimals.isEmpty, decimals.utf8.allSatisfy(isDigit),
            let fraction = number((decimals + "00000").prefix(6))
        else { return nil }
        let (scaled, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, exceeds) = scaled.addingReportingOverflow(fraction)
        guard !overflows, !exceeds else { return nil }
        let microseconds = isNegative ? -sum : sum
        let instant = Timestamp(microseconds: microseconds)
        // What had to be moved into the range was outside it.
        return instant.microseconds == microseconds ? instant : nil
    }

    private static func number(_ text: some StringProtocol) -> Int64? {
        text.utf8.allSatisfy(isDigit) ? Int64(text) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
