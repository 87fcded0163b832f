/// Reads what a command says of its task while it runs: a line of JSON each time, on descriptor 3.
struct ProgressReader {
    private static let longestLine = 64 << 10

    private var lines = LineSplitter(limit: longestLine)
    private var latest: JSONText?
    /// What it said with `{"tq": …}`, the last time; `nil`: nothing.
    private(set) var answer: TaskOutcome?

    /// Reads lines; one that is too long is left out, one that is no JSON counts as a message.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        for line in lines.append(bytes) { read(line) }
    }

    /// Reads what was said last, without a newline: no more will come.
    mutating func finish() {
        if let line = lines.finish() { read(line) }
    }

    /// The latest progress that has not been taken; `nil`: there is none.
    mutating func take() -> JSONText? {
        defer { latest = nil }
        return latest
    }

    private mutating func read(_ line: LineSplitter.Line) {
        guard case .text(let text) = line, !text.isEmpty else { return }
        read(text)
    }

    private mutating func read(_ line: [UInt8]) {
        guard let value = try? JSONText(line) else {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("message")
            writer.value(String(decoding: line, as: UTF8.self))
            writer.endObject()
            latest = JSONText(wellFormed: writer.bytes)
            return
        }
        if let outcome = TaskAnswer.outcome(value) { answer = outcome } else { latest = value }
    }
}
