/// Why a text is not a duration.
package enum DurationTextError: Error, Sendable, Equatable {
    /// The text is not of the form; also below zero, and the empty text.
    case notADuration(String)
    /// The text is of the form, but beyond 3,650,000 days.
    case tooLong(String)
}

extension DurationTextError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notADuration(let text):
            "\"\(text)\" is not a duration: write 90, 90s, 250ms, 10m, 1h30m or 2d"
        case .tooLong(let text):
            "\"\(text)\" is too long a duration: the longest is 2900000d"
        }
    }
}
