internal import CommandSupport
internal import Logging
internal import TaskQueue

/// Writes log lines to stderr, as text or JSON, each in one write(2).
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let format: LogOptions.Format
    private let usesColor: Bool

    init(level: Logger.Level, format: LogOptions.Format, usesColor: Bool) {
        logLevel = level
        self.format = format
        self.usesColor = usesColor
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .sorted { Self.rank($0.key) < Self.rank($1.key) }
        switch format {
        case .text: Diagnostics.line(text(event, fields))
        case .json: Diagnostics.line(Self.json(event, fields))
        }
    }

    /// Bytes of a message or a value: those of others can be as long as they like.
    private static let longest = 4096

    private typealias Field = (key: String, value: Logger.Metadata.Value)

    private func text(_ event: LogEvent, _ fields: [Field]) -> String {
        let level = event.level.rawValue.uppercased()
        let padded = level + String(repeating: " ", count: max(8 - level.count, 0))
        let mark = usesColor ? Self.color(of: event.level) + padded + "\u{1B}[0m" : padded
        let values = fields.map { " \($0.key)=\(Self.quoted(Self.cut("\($0.value)")))" }.joined()
        return
            "\(Timestamp.now().iso8601) \(mark) \(Diagnostics.oneLine(Self.cut("\(event.message)") + values))"
    }

    private static func json(_ event: LogEvent, _ fields: [Field]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("time")
        writer.value(Timestamp.now().iso8601)
        writer.key("level")
        writer.value(event.level.rawValue)
        writer.key("message")
        writer.value(cut("\(event.message)"))
        for field in fields {
            writer.key(field.key)
            writer.value(cut("\(field.value)"))
        }
        writer.endObject()
        return String(decoding: writer.line.dropLast(), as: UTF8.self)
    }

    private static func cut(_ text: String) -> String { ForeignText.cut(text, to: longest) }

    /// The entry and the task come first, then what happened to it, by name.
    private static func rank(_ key: String) -> String {
        switch key {
        case "entry": "+"
        case "task": "0"
        case "id": "1"
        case "queue": "2"
        default: "3\(key)"
        }
    }

    /// In quotation marks where it would not be read as one value.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
        return isPlain ? value : JSONText(string: value).text
    }

    private static func color(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "\u{1B}[2m"
        case .info: "\u{1B}[32m"
        case .notice: "\u{1B}[36m"
        case .warning: "\u{1B}[33m"
        case .error, .critical: "\u{1B}[31m"
        }
    }
}
