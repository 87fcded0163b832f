import TaskQueue

/// Reads a line of stdin that describes one task; what it says goes before the options of the command line.
struct TaskLine {
    private var draft: TaskDraft
    private var uniqueKey: String?
    private var uniqueFor: Duration?
    private let zone: LocalTimeZone

    /// Reads a line that is a whole task:
    /// `{"task", "args", "kwargs", "queue", "countdown", "eta", "expires", "priority", "id", "unique",
    /// "unique_for"}`.
    ///
    /// - Parameters:
    ///   - line: without its newline.
    ///   - options: for what the line says nothing of.
    ///   - zone: in which times without an offset are meant.
    /// - Returns: the task.
    /// - Throws: ``LineError`` saying what is wrong with it.
    static func draft(
        _ line: ArraySlice<UInt8>,
        _ options: TaskOptions,
        zone: LocalTimeZone
    ) throws(LineError) -> TaskDraft {
        let object = try json(line)
        guard let members = object.members else {
            throw LineError("it is not a JSON object: {\"task\": \"NAME\", \"args\": [...]}")
        }
        let name = try task(object)
        try checkKeys(members)
        var reader = TaskLine(draft: TaskDraft(name, Arguments(), options), zone: zone)
        for (key, value) in members where key != "task" && value != .null {
            try reader.read(key, value)
        }
        return try reader.finished()
    }

    /// Reads a line that holds the arguments of a task which the command line names.
    static func arguments(
        _ line: ArraySlice<UInt8>,
        _ format: SendOptions.LineFormat
    ) throws(LineError) -> Arguments {
        guard format != .json else { return Arguments(value: try json(line)) }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw LineError(
                "it is not UTF-8, which a message cannot hold: \(spelt(line)): pass such "
                    + "data in a file, or as base64"
            )
        }
        return Arguments(literal: [text])
    }

    private func finished() throws(LineError) -> TaskDraft {
        guard let uniqueKey else {
            guard uniqueFor == nil else {
                throw LineError("its \"unique_for\" means nothing without a \"unique\"")
            }
            return draft
        }
        var draft = draft
        draft.options.shared.unique = UniqueHold(uniqueKey, for: uniqueFor)
        return draft
    }
}

// MARK: - Keys

extension TaskLine {
    private static func task(_ object: JSONText) throws(LineError) -> TaskName {
        guard let value = object[key: "task"], value != .null else {
            throw LineError("it names no task: {\"task\": \"NAME\", \"args\": [...]}")
        }
        guard let text = value.string, !text.isEmpty else {
            throw LineError("its \"task\" is not a name: \(ForeignText.cut(value.text, to: 100))")
        }
        guard let name = TaskName(text) else {
            throw LineError(
                "its \"task\" has a control character: \(ForeignText.quoted(text))"
            )
        }
        return name
    }

    /// Bytes that are not text, as the shell would take them in `$'…'`.
    private static func spelt(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        let letters = bytes.prefix(200).map { byte in
            (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "'")
                ? String(Unicode.Scalar(byte))
                : "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        return "$'\(letters.joined())'" + (bytes.count > 200 ? "…" : "")
    }

    /// None is there twice, and none beside one that means the same.
    private static func checkKeys(_ members: [(key: String, value: JSONText)]) throws(LineError) {
        var seen: Set<String> = []
        for (key, _) in members where !seen.insert(key).inserted {
            throw LineError("it has the key \"\(key)\" twice: leave one out")
        }
        let given = Set(members.filter { $0.value != .null }.map(\.key))
        if given.isSuperset(of: ["countdown", "eta"]) {
            throw LineError("it has both \"countdown\" and \"eta\": leave one out")
        }
    }

    private mutating func read(_ key: String, _ value: JSONText) throws(LineError) {
        switch key {
        case "args": draft.arguments.args = try Self.checked(value, key, .array, "an array")
        case "kwargs": draft.arguments.kwargs = try Self.checked(value, key, .object, "an object")
        case "queue": draft.options.queue = try Self.queue(value, key)
        case "countdown": draft.options.eta = .after(try Self.duration(value, key))
        case "eta": draft.options.eta = .at(try Self.time(value, key, zone))
        case "expires": draft.options.expires = try Self.expiry(value, key, zone)
        case "priority":
            let number = value.integer.flatMap { TaskOptions.priorities.contains($0) ? $0 : nil }
            draft.options.priority = try Self.required(number, key, "a whole number from 0 to 9")
        case "id": draft.options.id = TaskID(try Self.name(value, key))
        case "unique": uniqueKey = try Self.name(value, key)
        case "unique_for": uniqueFor = try Self.duration(value, key)
        default:
            throw LineError(
                "it has an unknown key \"\(key)\": task, args, kwargs, queue, countdown, "
                    + "eta, expires, priority, id, unique and unique_for are known"
            )
        }
    }

    private static func name(_ value: JSONText, _ key: String) throws(LineError) -> String {
        try required(value.string.flatMap(TaskName.init), key, "a text").text
    }

    private static func queue(_ value: JSONText, _ key: String) throws(LineError) -> QueueName {
        let text = try required(value.string, key, "a name")
        guard let queue = QueueName(text) else {
            throw LineError("its \"\(key)\" cannot name a queue: \(QueueName.objection(text))")
        }
        return queue
    }

    private static func json(_ line: ArraySlice<UInt8>) throws(LineError) -> JSONText {
        do throws(JSONError) { return try JSONText(line) } catch {
            throw LineError("it is not JSON: \(error): with --lines each line is a string")
        }
    }

    private static func checked(
        _ value: JSONText,
        _ key: String,
        _ kind: JSONText.Kind,
        _ name: String
    ) throws(LineError) -> JSONText {
        try required(value.kind == kind ? value : nil, key, name)
    }

    private static func duration(_ value: JSONText, _ key: String) throws(LineError) -> Duration {
        let duration =
            value.kind == .number || value.kind == .string
            ? try? DurationText.parse(value.string ?? value.text) : nil
        return try required(duration, key, "a duration such as 90 or \"10m\"")
    }

    private static func time(
        _ value: JSONText,
        _ key: String,
        _ zone: LocalTimeZone
    ) throws(LineError) -> Timestamp {
        let time = value.string.flatMap { try? TimeText.parse($0, in: zone) }
        return try required(time, key, "a time such as \"2026-12-24T18:00:00+01:00\"")
    }

    private static func expiry(
        _ value: JSONText,
        _ key: String,
        _ zone: LocalTimeZone
    ) throws(LineError) -> SendingTime {
        if let duration = try? duration(value, key) {
            guard duration > .zero else {
                throw LineError("its \"expires\" is at once, so that it would never run")
            }
            return .after(duration)
        }
        return .at(try time(value, key, zone))
    }

    private static func required<Value>(
        _ value: Value?,
        _ key: String,
        _ name: String
    ) throws(LineError) -> Value {
        guard let value else { throw LineError("its \"\(key)\" is not \(name)") }
        return value
    }
}
