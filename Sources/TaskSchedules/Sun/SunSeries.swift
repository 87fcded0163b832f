import Glibc
internal import TaskQueue

/// The sun's longitude as a sum of sines: Bretagnon and Simon, "Planetary Programs and Tables from
/// -4000 to +2800", 1986, in the form of Reingold and Dershowitz, "Calendrical Calculations".
enum SunSeries {
    /// Geometric, from the mean equinox of the date, in degrees of any turn; `centuries` are those of
    /// dynamical time from 2000-01-01T12:00:00.
    static func longitude(_ centuries: Double) -> Double {
        var sum = 0.0
        for term in terms { sum += term.size * sin(term.phase + term.speed * centuries) }
        return 282.777_183_4 + 36_000.769_537_44 * centuries + 0.000_005_729_577_951_308_232 * sum
    }

    private struct Term {
        /// In ten-millionths of a radian.
        let size: Double
        /// In radians.
        let phase: Double
        /// In radians a century.
        let speed: Double

        /// With degrees, as the book has them.
        init(_ size: Double, _ phase: Double, _ speed: Double) {
            self.size = size
            self.phase = phase * .pi / 180
            self.speed = speed * .pi / 180
        }
    }

    private static let terms = [
        Term(403_406, 270.548_61, 0.928_789_2),
        Term(195_207, 340.191_28, 35_999.137_695_8),
        Term(119_433, 63.918_54, 35_999.408_966_6),
        Term(112_392, 331.262_2, 35_998.728_738_5),
        Term(3_891, 317.843, 71_998.202_61),
        Term(2_819, 86.631, 71_998.440_3),
        Term(1_721, 240.052, 36_000.357_26),
        Term(660, 310.26, 71_997.481_2),
        Term(350, 247.23, 32_964.467_8),
        Term(334, 260.87, -19.441),
        Term(314, 297.82, 445_267.111_7),
        Term(268, 343.14, 45_036.884),
        Term(242, 166.79, 3.100_8),
        Term(234, 81.53, 22_518.443_4),
        Term(158, 3.5, -19.973_9),
        Term(132, 132.75, 65_928.934_5),
        Term(129, 182.95, 9_038.029_3),
        Term(114, 162.03, 3_034.768_4),
        Term(99, 29.8, 33_718.148),
        Term(93, 266.4, 3_034.448),
        Term(86, 249.2, -2_280.773),
        Term(78, 157.6, 29_929.992),
        Term(72, 257.8, 31_556.493),
        Term(68, 185.1, 149.588),
        Term(64, 69.9, 9_037.75),
        Term(46, 8, 107_997.405),
        Term(38, 197.1, -4_444.176),
        Term(37, 250.4, 151.771),
        Term(32, 65.3, 67_555.316),
        Term(29, 162.7, 31_556.08),
        Term(28, 341.5, -4_561.54),
        Term(27, 291.6, 107_996.706),
        Term(27, 98.5, 1_221.655),
        Term(25, 146.7, 62_894.167),
        Term(24, 110, 31_437.369),
        Term(21, 5.2, 14_578.298),
        Term(21, 342.6, -31_931.757),
        Term(20, 230.9, 34_777.243),
        Term(18, 256.1, 1_221.999),
        Term(17, 45.3, 62_894.511),
        Term(14, 242.9, -4_442.039),
        Term(13, 115.2, 107_997.909),
        Term(13, 151.8, 119.066),
        Term(13, 285.3, 16_859.071),
        Term(12, 53.3, -4.578),
        Term(10, 126.6, 26_895.292),
        Term(10, 205.7, -39.127),
        Term(10, 85.9, 12_297.536),
        Term(10, 146.1, 90_073.778),
    ]
}
