import CommandSupport
import TaskBeat
import TaskQueue
internal import TaskSchedules

/// Prints when entries will fire.
struct Upcoming {
    private let beat: Beat
    private let now: Timestamp

    init(_ beat: Beat, at now: Timestamp) {
        self.beat = beat
        self.now = now
    }

    /// The next firings of each entry, by entry and then by time.
    func print(count: Int, asJSON: Bool) throws(CommandError) {
        var output = OutputStream(descriptor: 1)
        var table = TextTable(
            ["ENTRY", "LOCAL", "UTC", "WHEN", "TASK"],
            width: TextTable.terminalWidth
        )
        var rows: [[String]] = []
        for index in beat.indices {
            let firings = beat.firings(of: index, after: now, count: count)
            if asJSON {
                for firing in firings { try output.write(json(index, firing)) }
            } else {
                rows += firings.isEmpty ? [none(index)] : firings.map { row(index, $0) }
            }
        }
        if !asJSON {
            for line in table.lines(rows) { try output.writeLine(line) }
        }
        try output.flush()
    }

    /// A line for each entry: what it sends, and when it fires next.
    var summaries: [String] {
        beat.indices.map { index in
            let entry = beat.entry(index)
            let kind = beat.version(of: index) == nil ? "entry   " : "live    "
            return "\(kind)\(entry.name): \(entry.scheduleText): \(entry.task): \(first(of: index))"
        }
    }

    /// When an entry fires next, for people.
    private func first(of index: Int) -> String {
        guard let firing = beat.firings(of: index, after: now, count: 1).first else {
            return reasonForNone(index)
        }
        let text = text(index, firing)
        return "\(text.localForPeople), \(text.wait(since: now))"
    }

    private func row(_ index: Int, _ firing: Timestamp) -> [String] {
        let text = text(index, firing)
        let entry = beat.entry(index)
        return [
            entry.name, text.localForPeople, text.utc, text.wait(since: now), entry.task.text,
        ]
    }

    private func none(_ index: Int) -> [String] {
        let entry = beat.entry(index)
        return [entry.name, reasonForNone(index), "", "", entry.task.text]
    }

    private func reasonForNone(_ index: Int) -> String {
        beat.entry(index).isEnabled ? "never again" : "not enabled"
    }

    /// A line.
    private func json(_ index: Int, _ firing: Timestamp) -> [UInt8] {
        let text = text(index, firing)
        let entry = beat.entry(index)
        var writer = JSONWriter()
        writer.beginObject()
        let members = [
            ("name", entry.name), ("task", entry.task.text), ("utc", text.utc),
            ("local", text.local),
        ]
        for (key, value) in members {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        return writer.line
    }

    private func text(_ index: Int, _ firing: Timestamp) -> FiringText {
        FiringText(firing, offset: beat.offset(of: index, at: firing))
    }
}
