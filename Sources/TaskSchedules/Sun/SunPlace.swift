internal import TaskQueue

/// Where the sun is on its way through the year.
struct SunPlace {
    /// The numbers below, in their order.
    let values: SIMD4<Double>

    init(_ values: SIMD4<Double>) { self.values = values }

    /// - Parameter number: of the day that begins, from 1970-01-01; POSIX time, taken for UT1.
    init(atMidnight number: Double) {
        // Time of the planets runs 69 seconds ahead of clocks; ten more would be 0.03 s in an event.
        let centuries = (number - 10_957.5 + 69 / 86_400.0) / 36_525
        let nutation = Nutation(centuries)
        let longitude =
            SunSeries.longitude(centuries) + Self.aberration(centuries) + nutation.longitude
        let obliquity = 23.439_291_1 - 0.013_004_2 * centuries + nutation.obliquity
        let equinoxes = nutation.longitude * Sun.cos(obliquity)
        let anomaly = 357.528 + 35_999.05 * centuries
        let distance =
            1.000_14 - 0.016_71 * Sun.cos(anomaly) - 0.000_14 * Sun.cos(2 * anomaly)
        values = SIMD4(longitude, obliquity, equinoxes, distance)
    }

    /// Apparent, along the ecliptic, in degrees of any turn.
    var longitude: Double { values[0] }
    /// How far the Earth's axis is inclined, with its nodding, in degrees.
    var obliquity: Double { values[1] }
    /// What the nodding makes of sidereal time, in degrees.
    var equinoxes: Double { values[2] }
    /// In astronomical units.
    var distance: Double { values[3] }

    /// What the eight minutes that light takes make of the longitude, in degrees.
    ///
    /// Reingold and Dershowitz, "Calendrical Calculations".
    private static func aberration(_ centuries: Double) -> Double {
        0.000_097_4 * Sun.cos(177.63 + 35_999.018_48 * centuries) - 0.005_575
    }
}
