/// Why a time zone cannot be used.
package enum TimeZoneError: Error, Sendable, Equatable {
    case unknown(String)
}

extension TimeZoneError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let name):
            "unknown time zone \"\(name)\": write an IANA name such as Europe/Berlin"
        }
    }
}
