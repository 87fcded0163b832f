internal import Synchronization
internal import TaskQueue

/// The slowly changing parts of the sun's place, for one day: a cubic through its values at four midnights.
///
/// The many sines of ``SunSeries`` are summed for midnights only, once in the process for all callers; in
/// between, the cubic is off by a thousandth of a second of arc at most. The cubic of a day is always the
/// same one, so an event is at the same second whoever looks for it from wherever.
struct SunDay {
    /// By powers of the part of the day that has passed, from the zeroth to the third.
    private let powers: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)

    private static let known = Mutex<[Int: SunDay]>([:])
    /// More than two years: so far is an event looked for.
    private static let mostKnown = 1_000

    /// The place of a time: POSIX time, taken for UT1.
    static func place(at second: Double) -> SunPlace {
        let days = second / 86_400
        let number = days.rounded(.down)
        let day = known.withLock { known in
            if let day = known[Int(number)] { return day }
            if known.count >= mostKnown { known.removeAll() }
            let day = SunDay(number)
            known[Int(number)] = day
            return day
        }
        return SunPlace(day.values(days - number))
    }

    /// - Parameter number: of the day, from 1970-01-01.
    private init(_ number: Double) {
        let before = SunPlace(atMidnight: number - 1).values
        let begin = SunPlace(atMidnight: number).values
        let end = SunPlace(atMidnight: number + 1).values
        let after = SunPlace(atMidnight: number + 2).values
        powers = (
            begin,
            (6 * end - 2 * before - 3 * begin - after) / 6,
            (before - 2 * begin + end) / 2,
            (after - before + 3 * (begin - end)) / 6
        )
    }

    private func values(_ part: Double) -> SIMD4<Double> {
        powers.0 + part * (powers.1 + part * (powers.2 + part * powers.3))
    }
}
