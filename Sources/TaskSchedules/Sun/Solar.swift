package import TaskQueue

/// A solar event at a place on Earth.
package struct Solar: Hashable, Sendable {
    package let event: SolarEvent
    /// Degrees, -90 to 90, north is above zero.
    package let latitude: Double
    /// Degrees, -180 to 180, east is above zero.
    package let longitude: Double

    /// - Throws: ``ScheduleError`` for a place that is not on Earth.
    package init(
        _ event: SolarEvent,
        latitude: Double,
        longitude: Double
    ) throws(ScheduleError) {
        guard (-90...90).contains(latitude) else {
            throw .badPlace("\(latitude)", reason: "a latitude is -90 to 90, north above zero")
        }
        guard (-180...180).contains(longitude) else {
            throw .badPlace("\(longitude)", reason: "a longitude is -180 to 180, east above zero")
        }
        self.event = event
        self.latitude = latitude
        self.longitude = longitude
    }
}

extension Solar {
    /// The first firing after an instant: the whole second with which the event is over.
    ///
    /// Days without the event are skipped; `nil` if there is none for two years, or the
    /// year 9999 ends before.
    ///
    /// The search goes through stretches between midnights and noons of the sun, numbered from 1970:
    /// the same stretch always gives the same second.
    package func next(after instant: Timestamp) -> Timestamp? {
        let start = Double(instant.wholeSeconds)
        // The sun may be 17 minutes ahead of the mean one.
        let first = Int(((start / 86_400 + longitude / 360) * 2).rounded(.down)) - 1
        var begin: Point?
        for number in first..<first + 4 * 366 {
            let second: Double?
            if let isRising = event.isRising {
                let end = turningPoint(number + 1)
                second = crossing(from: begin ?? turningPoint(number), to: end, rising: isRising)
                begin = end
            } else {
                second = isNoon(number) ? culmination(number) : nil
            }
            guard let second, second > start else { continue }
            let firing = second.rounded(.up)
            guard firing <= Double(Timestamp.latest.wholeSeconds) else { return nil }
            return Timestamp(wholeSeconds: Int(firing))
        }
        return nil
    }

    private func isNoon(_ number: Int) -> Bool { number & 1 != 0 }

    /// When the sun is due south or north: at even numbers the lower time, midnight.
    private func culmination(_ number: Int) -> Double {
        var second = (Double(number) / 2 - longitude / 360) * 86_400
        // The mean sun is at most 17 minutes off; then it is a third of a second, which is near enough
        // for the end of a stretch, then nothing.
        for _ in 0..<(event == .solarNoon ? 3 : 1) {
            let angle = Sun(at: second).hourAngle(longitude: longitude) + (isNoon(number) ? 0 : 180)
            second -= Self.signed(angle) * 240
        }
        return second
    }

    private struct Point {
        var second: Double
        /// Degrees above the event's altitude.
        var height: Double
    }

    /// Where the sun is lowest or highest.
    ///
    /// That is its culmination but for its own way north or south, which counts where it only grazes
    /// the altitude.
    private func turningPoint(_ number: Int) -> Point {
        let second = culmination(number)
        let middle = height(at: second)
        guard abs(middle) < 0.1 else { return Point(second: second, height: middle) }
        let step = 600.0
        let before = height(at: second - step)
        let after = height(at: second + step)
        let curve = before - 2 * middle + after
        guard abs(curve) > 1e-9 else { return Point(second: second, height: middle) }
        let way = min(max(step * (before - after) / (2 * curve), -10_800), 10_800)
        return Point(second: second + way, height: height(at: second + way))
    }

    private func height(at second: Double) -> Double {
        let sun = Sun(at: second)
        let edge = event.isOfEdge ? sun.radius : 0
        return sun.altitude(latitude: latitude, longitude: longitude) + edge - event.altitude
    }

    /// Where the height is zero, to a millisecond: false position, in the Illinois way; `nil` if the
    /// sun does not go through it in that direction.
    private func crossing(from begin: Point, to end: Point, rising: Bool) -> Double? {
        guard (begin.height < 0) == rising, (end.height < 0) != rising else { return nil }
        var low = begin
        var high = end
        while high.second - low.second > 0.001 {
            let share = low.height / (low.height - high.height)
            let second = low.second + (high.second - low.second) * share
            let point = Point(second: second, height: height(at: second))
            if abs(point.height) < 1e-9 { return second }
            if (point.height < 0) == (low.height < 0) {
                low = point
                high.height /= 2
            } else {
                high = point
                low.height /= 2
            }
        }
        return high.second
    }

    /// An angle as -180 to 180 degrees.
    private static func signed(_ degrees: Double) -> Double {
        degrees - (degrees / 360).rounded() * 360
    }
}
