/// Why a text is not an instant.
package enum TimeTextError: Error, Sendable, Equatable {
    /// The text is not of a form we read, its date does not exist, or it is not in the years 1 to
    /// 9999.
    case notATime(String)
    /// A local time, on clocks that are not known.
    case unknownClocks(String, TimeZoneError)
}

extension TimeTextError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notATime(let text):
            "\"\(text)\" is not a time: write 2026-12-24T18:00:00+01:00, @1798131600, "
                + "or \"2026-12-24 18:00\" for local time"
        case .unknownClocks(let text, let error):
            "\"\(text)\" is a local time, but \(error), or add the offset: 2026-12-24T18:00:00+01:00"
        }
    }
}
