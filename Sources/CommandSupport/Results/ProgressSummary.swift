internal import TaskQueue

/// How far all awaited tasks are, as one line for a terminal.
struct ProgressSummary {
    private var count = 0
    private var doneCount = 0
    /// The latest progress of each task that has not ended.
    private var progress: [TaskID: TaskProgress] = [:]
    /// The task that reported last, unless it has ended.
    private var latest: TaskID?

    /// Begins to wait for more tasks.
    mutating func add(_ count: Int) {
        self.count += count
    }

    mutating func report(_ progress: [TaskProgress]) {
        for task in progress { self.progress[task.id] = task }
        latest = progress.last?.id ?? latest
    }

    /// Tasks have ended.
    mutating func end(_ ids: [TaskID]) {
        doneCount += ids.count
        for id in ids { progress[id] = nil }
        if let latest, ids.contains(latest) { self.latest = nil }
    }

    /// A bar if there is something to measure, and the words of the task that reported last.
    ///
    /// - Parameters:
    ///   - width: the columns that the line may take.
    ///   - usesColor: whether the bar is coloured.
    /// - Returns: `nil` if there is nothing to say.
    func line(width: Int, usesColor: Bool) -> String? {
        guard count > doneCount else { return nil }
        let task = latest.flatMap { progress[$0] }
        if count > 1 {
            // What changes first: the id need not fit.
            let words = task.map { "; \($0.detail) (\($0.shortName))" } ?? ""
            let text = "\(doneCount) of \(count) tasks done\(words)"
            // A task under way counts for the part that it says is done.
            let done = progress.values.reduce(Double(doneCount)) { $0 + ($1.fraction ?? 0) }
            return Self.line(done / Double(count), text, width, usesColor)
        }
        guard let task else { return nil }
        guard let fraction = task.fraction else {
            return TerminalText.prefix(task.shortSentence, width)
        }
        return Self.line(fraction, task.detail, width, usesColor)
    }

    private static func line(
        _ fraction: Double,
        _ text: String,
        _ width: Int,
        _ usesColor: Bool
    ) -> String {
        // A third for the bar; where there is little room, the text alone.
        let length = min(width / 3, 40)
        guard length >= 10 else { return TerminalText.prefix(text, width) }
        let filled = Int(fraction * Double(length))
        var mark = String(repeating: "=", count: filled)
        if filled < length { mark += ">" }
        let rest = String(repeating: " ", count: length - mark.utf8.count)
        if usesColor { mark = "\u{1B}[32m\(mark)\u{1B}[0m" }
        return "[\(mark)\(rest)] \(TerminalText.prefix(text, width - length - 3))"
    }
}
