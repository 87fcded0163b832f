internal import TaskQueue

/// When an entry of `tq-beat` fires.
package enum Schedule: Hashable, Sendable {
    case crontab(Crontab)
    case interval(Interval)
    case solar(Solar)
}

extension Schedule {
    /// Reads a crontab line (`*/5 9-17 * * mon-fri`, `@daily`), an interval (`every 10s`,
    /// `every 1h offset 5m`) or a solar event (`sunset 31.23 121.47`).
    ///
    /// - Throws: ``ScheduleError``, with what would be right.
    package init(
        _ text: some StringProtocol,
        semantics: CrontabSemantics = .cron
    ) throws(ScheduleError) {
        let words = text.split { $0 == " " || $0 == "\t" }.map { Substring($0) }
        guard let first = words.first else { throw .empty }
        if first == "every" {
            self = .interval(try Self.interval(words.dropFirst()))
        } else if let event = SolarEvent(rawValue: String(first)) {
            self = .solar(try Self.solar(event, words.dropFirst()))
        } else if words.count < 5, !first.hasPrefix("@"), let error = Self.misspelt(words) {
            throw error
        } else {
            self = .crontab(try Self.crontab(text, semantics))
        }
    }

    private static func crontab(
        _ text: some StringProtocol,
        _ semantics: CrontabSemantics
    ) throws(ScheduleError) -> Crontab {
        do throws(CrontabError) { return try Crontab(text, semantics: semantics) } catch {
            throw .crontab(error)
        }
    }

    /// `10s`, or `1h offset 5m`.
    private static func interval(_ words: ArraySlice<Substring>) throws(ScheduleError) -> Interval {
        let words = Array(words)
        guard words.count == 1 || words.count == 3 && words[1] == "offset" else {
            throw .badInterval(
                words.joined(separator: " "),
                reason: "write every 10s, or every 1h offset 5m"
            )
        }
        let length = try duration(words[0])
        return try Interval(
            every: length,
            offset: words.count == 3 ? try duration(words[2]) : .zero
        )
    }

    private static func duration(_ word: Substring) throws(ScheduleError) -> Duration {
        do throws(DurationTextError) { return try DurationText.parse(word) } catch {
            throw .badInterval(String(word), reason: error.description)
        }
    }

    /// Latitude and longitude.
    private static func solar(
        _ event: SolarEvent,
        _ words: ArraySlice<Substring>
    ) throws(ScheduleError) -> Solar {
        let numbers = words.compactMap { degrees($0) }
        guard words.count == 2, numbers.count == 2 else {
            throw .badPlace(
                words.joined(separator: " "),
                reason: "write latitude and longitude in degrees, south and west below zero, as in "
                    + "\(event.rawValue) 31.23 121.47"
            )
        }
        return try Solar(event, latitude: numbers[0], longitude: numbers[1])
    }

    /// Digits with a point and a sign, and nothing else that is a number to Swift.
    private static func degrees(_ word: Substring) -> Double? {
        let isPlain = word.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+")
        }
        return isPlain ? Double(word) : nil
    }

    /// The error for a text with too few words for a crontab line; `nil`: the error for a bad line
    /// applies.
    private static func misspelt(_ words: [Substring]) -> ScheduleError? {
        let first = String(words[0])
        if words.count == 1, let length = try? DurationText.parse(first), length > .zero {
            return .unknown(first, hint: "every \(DurationText.format(length))")
        }
        guard first.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || $0 == "_" }) else {
            return nil
        }
        let known = SolarEvent.allCases.map(\.rawValue) + ["every"]
        let hint = Spelling.nearest(to: first, among: known)
        let rest = words.dropFirst().map { " " + $0 }.joined()
        return .unknown(first + rest, hint: hint.map { $0 + rest })
    }
}
