/// Why a file of the zone database cannot be used, without its name.
package enum ZoneFileError: Error, Equatable {
    /// It does not begin like a zone file: a table, a folder's list.
    case notAZoneFile
    /// It begins as one, and ends too early or contradicts itself.
    case damaged
    /// It is one of the folder `right`, whose clocks are not POSIX's.
    case countsLeapSeconds
}

extension ZoneFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAZoneFile: "it is not a time zone file"
        case .damaged: "it is damaged: reinstall the zone database (tzdata)"
        case .countsLeapSeconds: "it counts leap seconds: use the zone without \"right/\""
        }
    }
}
