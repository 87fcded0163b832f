package import TaskQueue
package import TaskSettings

/// Why a live entry is left out by a program that sends, or lists, entries of its own settings too.
package enum LiveRefusal: Sendable, Equatable {
    /// It cannot be read: a later version may have written it.
    case unreadable(SettingsError)
    /// Its zone is not in the database of this machine.
    case zone(TimeZoneError)
    /// The settings have an entry of that name.
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
