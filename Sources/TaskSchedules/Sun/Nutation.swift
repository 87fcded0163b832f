internal import TaskQueue

/// How the Earth's axis nods: Meeus, "Astronomical Algorithms", chapter 22, to half a second of arc.
struct Nutation {
    /// In the longitude of what is seen, degrees.
    let longitude: Double
    /// In the obliquity of the ecliptic, degrees.
    let obliquity: Double

    /// - Parameter centuries: from 2000.
    init(_ centuries: Double) {
        let node = 125.04 - 1_934.136 * centuries
        let sun = 2 * (280.466_5 + 36_000.769_8 * centuries)
        let moon = 2 * (218.316_5 + 481_267.881_3 * centuries)
        longitude =
            (-17.20 * Sun.sin(node) - 1.32 * Sun.sin(sun) - 0.23 * Sun.sin(moon)
                + 0.21 * Sun.sin(2 * node)) / 3_600
        obliquity =
            (9.20 * Sun.cos(node) + 0.57 * Sun.cos(sun) + 0.10 * Sun.cos(moon)
                - 0.09 * Sun.cos(2 * node)) / 3_600
    }
}
