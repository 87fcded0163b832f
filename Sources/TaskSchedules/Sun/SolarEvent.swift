internal import TaskQueue

/// What the sun does once a day, by Celery's names.
package enum SolarEvent: String, Sendable, Hashable, CaseIterable {
    case dawnAstronomical = "dawn_astronomical"
    case dawnNautical = "dawn_nautical"
    case dawnCivil = "dawn_civil"
    case sunrise
    case solarNoon = "solar_noon"
    case sunset
    case duskCivil = "dusk_civil"
    case duskNautical = "dusk_nautical"
    case duskAstronomical = "dusk_astronomical"
}

extension SolarEvent {
    /// Whether the sun goes up or down through an altitude; `nil` for noon.
    var isRising: Bool? {
        switch self {
        case .dawnAstronomical, .dawnNautical, .dawnCivil, .sunrise: true
        case .solarNoon: nil
        case .sunset, .duskCivil, .duskNautical, .duskAstronomical: false
        }
    }

    /// The altitude, in degrees, through which the sun's centre goes, or its upper edge if
    /// ``isOfEdge``.
    var altitude: Double {
        switch self {
        case .dawnAstronomical, .duskAstronomical: -18
        case .dawnNautical, .duskNautical: -12
        case .dawnCivil, .duskCivil: -6
        // 34 minutes of arc, by which air lifts the horizon: as almanacs, and Celery, have it.
        case .sunrise, .sunset: -34.0 / 60
        case .solarNoon: 0
        }
    }

    var isOfEdge: Bool { self == .sunrise || self == .sunset }
}
