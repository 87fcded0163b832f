/// Why a live entry is left out by who sends, or lists, those of its own settings too.
package enum LiveRefusal: Sendable, Equatable {
    /// It cannot be read: as one that a later version wrote.
    case unreadable(SettingsError)
    /// Its zone is not in the database of this machine.
    case zone(TimeZoneError)
    /// The settings have one of that name.
    case configured
}

extension LiveRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .zone(let error): error.description
        case .configured: "the settings have an entry of that name"
        }
    }
}
