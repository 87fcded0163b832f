internal import TaskQueue

/// Reads what a command reports while it runs: a line of JSON each time, on descriptor 3.
struct ProgressReader {
    private static let longestProgress = 64 << 10

    /// Largest answer, in bytes.
    private let limit: Int
    private var lines: LineSplitter
    private var latest: JSONText?
    /// Its last answer in the form `{"tq": …}`; `nil`: none.
    private(set) var answer: TaskOutcome?
    private var complaint: String?
    private var hasComplained = false

    /// - Parameter limit: largest answer in bytes; progress is shorter.
    init(limit: Int = CommandOptions.resultLimit) {
        self.limit = max(limit, Self.longestProgress)
        lines = LineSplitter(limit: self.limit)
    }

    /// Reads lines: a line that is not JSON counts as a message; one that is too long or not text is ignored.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        for line in lines.append(bytes) { read(line) }
    }

    /// Reads the last line, which has no newline: no more will come.
    mutating func finish() {
        if let line = lines.finish() { read(line) }
    }

    /// The latest progress that has not been taken; `nil`: there is none.
    mutating func take() -> JSONText? {
        defer { latest = nil }
        return latest
    }

    /// A remark on ignored lines: once, because there may be many.
    mutating func takeComplaint() -> String? {
        defer { complaint = nil }
        return complaint
    }

    /// Whether an unfinished answer is already too long.
    var losesAnswer: Bool { lines.isTooLong && CommandReply.begins(lines.startOfLongLine) }

    private mutating func read(_ line: LineSplitter.Line) {
        switch line {
        case .tooLong where CommandReply.begins(lines.startOfLongLine):
            lose(.answerTooLong(limit: limit))
        case .tooLong: complain("is longer than \(Self.longestProgress) bytes")
        case .text(let text): if !text.isEmpty { read(text) }
        }
    }

    private mutating func read(_ line: [UInt8]) {
        if let value = try? JSONText(line) {
            if let outcome = CommandReply.outcome(value) {
                answer = outcome
            } else {
                note(value, of: line)
            }
        } else if let text = String(validating: line, as: UTF8.self) {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("message")
            writer.value(text)
            writer.endObject()
            note(JSONText(wellFormed: writer.bytes), of: line)
        } else {
            let byte = UTF8Check.validCount(of: line) + 1
            guard !CommandReply.begins(line) else { return lose(.answerNotUTF8(byte: byte)) }
            complain("is not UTF-8, byte \(byte)")
        }
    }

    private mutating func note(_ value: JSONText, of line: [UInt8]) {
        guard line.count <= Self.longestProgress else {
            return complain("is longer than \(Self.longestProgress) bytes")
        }
        latest = value
    }

    private mutating func lose(_ loss: ResultLoss) {
        answer = .failure(loss.failure, traceback: nil)
    }

    private mutating func complain(_ reason: String) {
        guard !hasComplained else { return }
        hasComplained = true
        complaint = "a line on descriptor 3 \(reason): lines like this are ignored"
    }
}
