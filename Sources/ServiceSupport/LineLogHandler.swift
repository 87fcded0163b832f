internal import CommandSupport
internal import Glibc
internal import Logging
internal import TaskQueue

/// Writes log lines to stderr, as text or JSON, each in one write(2).
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let format: LogOptions.Format
    private let usesColor: Bool
    private let isOnTerminal: Bool
    /// Which program and process writes it, for those who collect logs.
    private let source: [(key: String, value: Logger.Metadata.Value)]

    /// `name` is that of the worker, or of the program if there is no worker.
    init(_ name: String, level: Logger.Level, format: LogOptions.Format, usesColor: Bool) {
        logLevel = level
        self.format = format
        self.usesColor = usesColor
        isOnTerminal = isatty(2) == 1
        source = [
            (name.contains("@") ? "worker" : "program", "\(name)"), ("host", "\(Host.name)"),
            ("pid", .stringConvertible(Int(getpid()))),
        ]
    }

    /// A line that says what became of the log itself.
    func notice(_ text: String) -> String {
        let event = LogEvent(
            level: .warning,
            message: "the log: \(text)",
            metadata: nil,
            source: nil,
            file: #fileID,
            function: #function,
            line: #line
        )
        return line(event, [])
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .sorted { Self.rank($0.key) < Self.rank($1.key) }
        Diagnostics.line(line(event, fields))
    }

    private func line(_ event: LogEvent, _ fields: [Field]) -> String {
        switch format {
        case .text: text(event, fields)
        case .json: Self.json(event, fields + source)
        }
    }

    /// The most bytes of a message or a value: those from elsewhere can be as long as they like.
    private static let longest = 4096

    /// A terminal has room for the time of day alone.
    private var time: String {
        let time = Timestamp.now().iso8601
        return isOnTerminal ? "\(time.dropFirst(11).prefix(12))Z" : time
    }

    private typealias Field = (key: String, value: Logger.Metadata.Value)

    private func text(_ event: LogEvent, _ fields: [Field]) -> String {
        let level = event.level.rawValue.uppercased()
        let padded = level + String(repeating: " ", count: max(8 - level.count, 0))
        let mark = usesColor ? Self.color(of: event.level) + padded + "\u{1B}[0m" : padded
        let values = fields.map { " \($0.key)=\(Self.quoted(Self.cut("\($0.value)")))" }.joined()
        return "\(time) \(mark) \(Diagnostics.oneLine(Self.cut("\(event.message)") + values))"
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
            write(field.value, to: &writer)
        }
        writer.endObject()
        return String(decoding: writer.line.dropLast(), as: UTF8.self)
    }

    private static func cut(_ text: String) -> String { ForeignText.cut(text, to: longest) }

    private static func write(_ value: Logger.Metadata.Value, to writer: inout JSONWriter) {
        switch value {
        case .stringConvertible(let number as Int): writer.value(number)
        case .stringConvertible(let duration as LoggedDuration): writer.value(duration.seconds)
        default: writer.value(cut("\(value)"))
        }
    }

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

    /// Adds quotation marks if it would not be read as one value.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && !value.hasByte { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }
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
