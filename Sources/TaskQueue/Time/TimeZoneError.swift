/// Why a time zone cannot be used.
package enum TimeZoneError: Error, Sendable, Equatable {
    case unknown(String)
    /// The database has it, but its file cannot be used.
    case unreadable(String, reason: String)
}

extension TimeZoneError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let name):
            "unknown time zone \"\(name)\": write an IANA name such as Europe/Berlin"
        case .unreadable(let name, let reason):
            "cannot read the time zone \"\(name)\": \(reason)"
        }
    }
}
