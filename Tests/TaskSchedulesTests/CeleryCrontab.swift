import TaskQueue
import TaskSchedules

/// A crontab as the fixtures have it: Celery's keyword arguments.
struct CeleryCrontab {
    /// `*` for a field that is not there, a list for an array.
    let line: String

    init(_ fields: JSONText) {
        let names = ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"]
        line = names.map { fields[key: $0].map(Self.text) ?? "*" }.joined(separator: " ")
    }

    func parsed() throws(CrontabError) -> Crontab {
        try Crontab(line, semantics: .celery)
    }

    private static func text(_ value: JSONText) -> String {
        value.elements.map { $0.map(text).joined(separator: ",") } ?? value.string ?? value.text
    }
}
