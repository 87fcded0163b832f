import Glibc
internal import TaskQueue

/// Where the sun is at an instant, to about two seconds of arc in our centuries.
struct Sun {
    /// Degrees, apparent.
    private let rightAscension: Double
    /// Degrees, apparent.
    private let declination: Double
    /// Greenwich apparent sidereal time, in degrees of any turn.
    private let siderealTime: Double
    /// In astronomical units.
    private let distance: Double

    /// - Parameter second: POSIX time, taken for UT1.
    init(at second: Double) {
        let place = SunDay.place(at: second)
        let (sine, cosine) = (Self.sin(place.longitude), Self.cos(place.longitude))
        rightAscension = Self.degrees(atan2(Self.cos(place.obliquity) * sine, cosine))
        declination = Self.degrees(asin(Self.sin(place.obliquity) * sine))
        // Days from 2000-01-01T12:00:00.
        let days = second / 86_400 - 10_957.5
        let turns = days / 36_525
        siderealTime =
            280.460_618_37 + 360.985_647_366_29 * days + 0.000_387_933 * turns * turns
            + place.equinoxes
        distance = place.distance
    }

    /// Of the disc, in degrees.
    var radius: Double { 959.63 / 3_600 / distance }

    /// How far it has turned from due south (north of it, from due north), in degrees of any turn.
    func hourAngle(longitude: Double) -> Double { siderealTime + longitude - rightAscension }

    /// Degrees of its centre above the horizon, without air, seen from the ground.
    func altitude(latitude: Double, longitude: Double) -> Double {
        let sine =
            Self.sin(latitude) * Self.sin(declination)
            + Self.cos(latitude) * Self.cos(declination)
            * Self.cos(hourAngle(longitude: longitude))
        let altitude = asin(min(max(sine, -1), 1))
        let parallax = 8.794 / 3_600 / distance * Glibc.cos(altitude)
        return Self.degrees(altitude) - parallax
    }

    static func sin(_ degrees: Double) -> Double { Glibc.sin(degrees * .pi / 180) }
    static func cos(_ degrees: Double) -> Double { Glibc.cos(degrees * .pi / 180) }
    private static func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
}
