import CommandLineOptions
import TaskBeat
import TaskQueue
import TaskSettings

/// An entry as a command line gives it: written as the table that a file would have, so that
/// it is read, and refused, like an entry in a file.
struct EntryWords {
    private var text = ""
    /// Where each line of the text comes from.
    private var sources: [String] = []
    /// Where each key comes from.
    private var keys: [String: String] = [:]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let names = ["ENTRY", "SCHEDULE", "TASK"]
        let operands = arguments.operands
        guard operands.count == names.count else {
            throw .missingOperand(name: names[operands.count], program: "tq-ctl beat add")
        }
        add("[beat_schedule.\(TOMLWriter.key(operands[0]))]", "ENTRY")
        try add("schedule", TOMLWriter.string(operands[1]), "SCHEDULE")
        try add("task", TOMLWriter.string(operands[2]), "TASK")
        for option in ["args", "kwargs", "queue"] {
            guard let value = arguments.value(option) else { continue }
            try add(option, TOMLWriter.string(value), "--\(option)")
        }
        for word in arguments.values("set") {
            guard let equals = word.firstIndex(of: "="), Self.isKey(word[..<equals]) else {
                throw .badValue(
                    option: "--set",
                    value: word,
                    reason: "write KEY=VALUE, with a key of tq.toml(5)"
                )
            }
            let key = String(word[..<equals])
            let value = String(word[equals...].dropFirst())
            try add(key, Self.isValue(value) ? value : TOMLWriter.string(value), "--set \(key)")
        }
    }

    /// Reads the text.
    ///
    /// - zone: the zone of an entry that names none.
    /// - Returns: the one entry.
    /// - Throws: ``UsageError``, with the words that it is about in the place of a line.
    func drafts(_ zone: LocalTimeZone) throws(UsageError) -> [LiveDraft] {
        do throws(SettingsError) {
            return try LiveEntryText.drafts(
                Array(text.utf8),
                of: "command line",
                zone: zone,
                hint: "tq.toml(5) has those of beat_schedule"
            )
        } catch {
            let line = min(max(error.line ?? 1, 1), sources.count)
            throw .badArguments("\(sources[line - 1]): \(error.problem)")
        }
    }

    /// Adds a line for a key; `value` is TOML.
    private mutating func add(
        _ key: String,
        _ value: String,
        _ source: String
    ) throws(UsageError) {
        if let other = keys.updateValue(source, forKey: key) {
            throw other == source
                ? .badArguments("\(source) is given twice: leave one out")
                : .conflict(other, source)
        }
        add("\(key) = \(value)", source)
    }

    private mutating func add(_ line: String, _ source: String) {
        text += line + "\n"
        // A value may have line ends in it, as an array.
        let count = line.utf8.count { $0 == UInt8(ascii: "\n") } + 1
        sources += repeatElement(source, count: count)
    }

    /// Words with dots between them: what needs quotes is a key of `kwargs`, for which there is JSON.
    private static func isKey(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && TOMLWriter.key(String(part)) == part
        }
    }

    /// Whether a text is a value and nothing more.
    private static func isValue(_ text: String) -> Bool {
        guard let table = try? TOMLReader.read(Array("key = \(text)\n".utf8)) else { return false }
        return table.entries.count == 1
    }
}
