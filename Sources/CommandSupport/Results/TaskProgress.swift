internal import TaskQueue

/// How far a task is, according to a record that is not final.
struct TaskProgress: Equatable {
    let id: TaskID
    /// From 0 to 1; `nil` if the record does not say.
    let fraction: Double?
    /// All of it, on one line and safe for a terminal: `30% (3/10) thumbnails`.
    let detail: String
    /// The same as a sentence about the task: `task 0198…: 30% (3/10) thumbnails`.
    let sentence: String
    /// The sentence with only the id's end, for a line with little room.
    let shortSentence: String
    /// The end of the task's id: ids that were made together begin alike.
    let shortName: String

    init(_ record: StoredResult) {
        id = record.id
        let meter = Meter(record.result)
        fraction = meter?.fraction
        let word = record.state == .progress ? nil : record.state.rawValue
        let words: [String?]
        let separator: String
        switch record.state {
        case .started:
            let host = record.result[key: "hostname"]?.string
            (separator, words) = (" ", ["has started", host.map { "on \($0)" }])
        case .retry:
            let reason = record.failure.map { "\($0)" } ?? record.result.string
            (separator, words) = (" ", [reason.map { "is tried again: \($0)" } ?? "is tried again"])
        default:
            let rest = meter == nil ? Self.plain(record.result) : nil
            let message = Self.message(record.result) ?? rest
            (separator, words) = (": ", [word, meter?.text, message])
        }
        let text = words.compactMap(\.self).joined(separator: " ")
        detail = Self.oneLine(text.isEmpty ? record.state.rawValue : text)
        sentence = "task \(Self.oneLine(record.id.text))\(separator)\(detail)"
        shortName = "task \(Self.oneLine(Self.shortened(record.id.text)))"
        shortSentence = "\(shortName)\(separator)\(detail)"
    }
}

extension TaskProgress {
    /// How much of how much is done: `current` and `total`, as Celery's users write them.
    private struct Meter {
        let fraction: Double
        let text: String

        /// `nil` if the metadata does not have both, as numbers that make sense.
        init?(_ metadata: JSONText) {
            guard let current = metadata[key: "current"], let total = metadata[key: "total"],
                let count = current.double, let whole = total.double, whole > 0,
                (count / whole).isFinite
            else { return nil }
            fraction = min(max(count / whole, 0), 1)
            // Rounded down, so that only complete work is at 100%, and multiplied first, so that
            // 29 of 100 are 29%.
            let percentage = min(max((count * 100 / whole).rounded(.down), 0), 100)
            text = "\(Int(percentage))% (\(current.text)/\(total.text))"
        }
    }

    /// The text that the metadata is, or has under one of the usual keys; `nil` if there is none.
    private static func message(_ metadata: JSONText) -> String? {
        if let text = metadata.string { return text }
        return ["message", "status", "description"].lazy
            .compactMap { metadata[key: $0]?.string }.first { !$0.isEmpty }
    }

    /// Any other metadata; `nil` if there is none.
    private static func plain(_ metadata: JSONText) -> String? {
        metadata == .null ? nil : metadata.compact.text
    }

    private static func shortened(_ id: String) -> String {
        id.count > 20 ? "…\(id.suffix(8))" : id
    }

    private static func oneLine(_ text: String) -> String {
        let lines = text.split { $0.isNewline || $0 == "\t" }
        return SafeText.line(lines.joined(separator: " "))
    }
}
