import TaskQueue
import TaskSchedules

/// A firing as people and programs read it.
struct FiringText {
    private let instant: Timestamp
    /// Seconds east of UTC.
    private let offset: Int

    init(_ instant: Timestamp, offset: Int) {
        self.instant = instant
        self.offset = offset
    }

    /// `2026-11-23T18:00:00Z`.
    var utc: String { Self.civil(instant) + "Z" }

    /// `2026-11-24T02:00:00+08:00`.
    var local: String { Self.civil(instant + .seconds(offset)) + offsetText }

    /// `Tue 2026-11-24 02:00:00 +08:00`.
    var localForPeople: String {
        let day = (instant + .seconds(offset)).weekday
        return "\(day) \(Self.civil(instant + .seconds(offset)).replacing("T", with: " ")) "
            + offsetText
    }

    /// `in 5h12m`; of more than a day to the minute, else to the second.
    func wait(since now: Timestamp) -> String {
        let seconds = max((instant - now).microseconds, 0) / 1_000_000
        let rounded = seconds >= 86_400 ? seconds / 60 * 60 : seconds
        return "in \(DurationText.format(.seconds(rounded)))"
    }

    private static func civil(_ instant: Timestamp) -> String {
        String(instant.iso8601.dropLast("+00:00".count))
    }

    private var offsetText: String {
        let minutes = Int(offset.magnitude) / 60
        let seconds = Int(offset.magnitude) % 60
        return (offset < 0 ? "-" : "+") + Self.twoDigits(minutes / 60) + ":"
            + Self.twoDigits(minutes % 60) + (seconds == 0 ? "" : ":" + Self.twoDigits(seconds))
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}

extension Timestamp {
    /// `Mon` to `Sun`, in UTC.
    fileprivate var weekday: String {
        let days = microseconds / 86_400_000_000 - (microseconds % 86_400_000_000 < 0 ? 1 : 0)
        // 1970 began on a Thursday.
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        return names[Int((days % 7 + 7) % 7)]
    }
}
