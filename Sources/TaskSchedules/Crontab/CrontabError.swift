internal import TaskQueue

/// Why a text is not a crontab line.
package enum CrontabError: Error, Sendable, Equatable {
    /// Neither five nor six fields.
    case fieldCount(Int)
    /// `text` is the part of the field that is wrong, `reason` a clause with what would be right.
    case badField(CrontabField, text: String, reason: String)
    /// A word with `@` that cron does not know; `hint` is what was probably meant.
    case unknownWord(String, hint: String?)
    /// `@reboot`.
    case reboot
    /// The fields are right, but no day is like that; `reason` says why.
    case neverFires(reason: String)
}

extension CrontabError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .fieldCount(let count):
            "a crontab schedule has five fields (minute, hour, day of month, month, day of week), "
                + "or six with seconds first, not \(count)"
        case .badField(let field, let text, let reason):
            "the \(field.rawValue) \"\(text)\": \(reason)"
        case .unknownWord(let word, let hint):
            "unknown word \"\(word)\": "
                + (hint.map { "did you mean \($0)?" } ?? "write \(CrontabWord.list)")
        case .reboot:
            "@reboot works only in cron, which starts with the machine: send the task from a service "
                + "that starts then, or write \(CrontabWord.list)"
        case .neverFires(let reason):
            "it would never fire: \(reason)"
        }
    }
}
