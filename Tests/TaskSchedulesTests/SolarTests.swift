import Testing

@testable import TaskQueue
@testable import TaskSchedules

@Suite("solar events")
struct SolarTests {
    private func firings(
        _ event: SolarEvent,
        _ latitude: Double,
        _ longitude: Double,
        from start: String,
        through end: String
    ) throws -> [Timestamp] {
        let solar = try Solar(event, latitude: latitude, longitude: longitude)
        return Timetable(.solar(solar), in: .utc).firings(
            after: try #require(Timestamp(iso8601: start)),
            through: try #require(Timestamp(iso8601: end)),
            limit: .max
        )
    }

    @Test(
        "happen once a day, in their order",
        arguments: [(31.23, 121.47), (-54.8, -68.3), (0, 180)]
    )
    func order(latitude: Double, longitude: Double) throws {
        let all = try SolarEvent.allCases.map {
            try firings($0, latitude, longitude, from: "2026-01-01", through: "2027-01-01")
        }
        for (event, firings) in zip(SolarEvent.allCases, all) where latitude > -50 {
            #expect((364...366).contains(firings.count), "\(event): \(firings.count)")
        }
        // From one noon to the next: dusks before dawns.
        let names = zip(SolarEvent.allCases, all).flatMap { event, firings in
            firings.map { (at: $0, event: event) }
        }.sorted { $0.at < $1.at }.map(\.event)
        let order = SolarEvent.allCases
        for (event, next) in zip(names, names.dropFirst()) {
            let isNext =
                order.firstIndex(of: next) == order.firstIndex(of: event).map { ($0 + 1) % 9 }
            // In the far south's summer it is never quite dark.
            let isWhiteNight = latitude < -50 && event.isRising == false && next.isRising == true
            #expect(isNext || isWhiteNight, "\(event), \(next)")
        }
    }

    @Test("that do not happen for months are waited for")
    func polarDay() throws {
        let sunsets = try firings(.sunset, 69.65, 18.96, from: "2026-05-01", through: "2026-09-01")
        let pauses = zip(sunsets, sunsets.dropFirst()).map { $1 - $0 }
        let longest = try #require(pauses.max())
        #expect((.seconds(60 * 86_400) ..< .seconds(75 * 86_400)).contains(longest))
    }

    @Test("happen once a year at the poles", arguments: [90.0, -90.0, 89.999])
    func poles(latitude: Double) throws {
        for event in SolarEvent.allCases where event != .solarNoon {
            let firings = try firings(event, latitude, 0, from: "2026-01-01", through: "2028-01-01")
            #expect(abs(latitude) < 90 ? firings.count >= 2 : firings.count == 2, "\(event)")
        }
        let noons = try firings(.solarNoon, latitude, 0, from: "2026-01-01", through: "2027-01-01")
        #expect(noons.count == 365)
    }

    @Test("are the same instants wherever one begins to ask")
    func steadiness() throws {
        let solar = try Solar(.sunrise, latitude: 52.52, longitude: 13.405)
        let start = Timestamp(wholeSeconds: 1_767_225_600)
        var known: Set<Timestamp> = []
        for minute in 0..<2 * 1_440 {
            known.insert(try #require(solar.next(after: start + .seconds(minute * 60))))
        }
        #expect(known.count == 3)
        for firing in known {
            #expect(solar.next(after: firing - .microseconds(1)) == firing)
            #expect(try #require(solar.next(after: firing)) - firing > .seconds(86_000))
        }
    }

    @Test("are of a sun that is between midnights where the series has it, and makes no leaps")
    func interpolation() {
        for day in stride(from: -700_000.0, through: 2_900_000, by: 9_999) {
            for part in [0, 0.1, 0.5, 0.77, 0.999_999] {
                let place = SunDay.place(at: (day + part) * 86_400)
                let wanted = SunPlace(atMidnight: day + part)
                // A second of arc is 278 millionths of a degree.
                let difference = place.values - wanted.values
                #expect(difference.min() > -3e-7 && difference.max() < 3e-7, "\(day), \(part)")
            }
        }
    }

    @Test("end with the year 9999")
    func end() throws {
        let solar = try Solar(.sunset, latitude: 10, longitude: 10)
        #expect(solar.next(after: .latest) == nil)
        #expect(solar.next(after: .earliest) != nil)
    }
}
