internal import TaskQueue

/// One of the fields of a crontab line.
package enum CrontabField: String, Sendable, Hashable, CaseIterable {
    case second
    case minute
    case hour
    case dayOfMonth = "day of month"
    case month
    case dayOfWeek = "day of week"
}

extension CrontabField {
    /// What the field counts; a weekday is 0 to 6 from Sunday.
    var range: ClosedRange<Int> {
        switch self {
        case .second, .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...6
        }
    }

    /// English names, the first for the first number of ``range``; three letters are enough.
    var names: [String] {
        switch self {
        case .month: Self.months
        case .dayOfWeek: Self.weekdays
        default: []
        }
    }

    /// What may be written, for a message.
    var wanted: String {
        switch self {
        case .month: "1 to 12 or jan to dec"
        case .dayOfWeek: "0 to 6 or sun to sat"
        default: "\(range.lowerBound) to \(range.upperBound)"
        }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december",
    ]

    private static let weekdays = [
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ]
}
