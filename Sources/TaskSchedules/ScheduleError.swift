internal import TaskQueue

/// Why a text is not a schedule.
package enum ScheduleError: Error, Sendable, Equatable {
    case crontab(CrontabError)
    /// `text` is the part that is wrong, `reason` a clause with what would be right.
    case badInterval(String, reason: String)
    /// The same of a solar event's latitude or longitude.
    case badPlace(String, reason: String)
    /// It begins with a word that begins no schedule; `hint` is what was probably meant.
    case unknown(String, hint: String?)
    case empty
}

extension ScheduleError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .crontab(let error): error.description
        case .badInterval(let text, let reason): "the interval \"\(text)\": \(reason)"
        case .badPlace(let text, let reason): "the place \"\(text)\": \(reason)"
        case .unknown(let text, let hint):
            "\"\(text)\" is not a schedule: "
                + (hint.map { "did you mean \($0)?" } ?? Self.forms)
        case .empty: "it is empty: " + Self.forms
        }
    }

    private static let forms =
        "write a crontab line such as \"*/5 9-17 * * mon-fri\", \"every 10s\" "
        + "or \"sunset 31.23 121.47\""
}
