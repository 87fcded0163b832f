package import CommandLineOptions
internal import CommandSupport
package import Connections
package import Logging

/// The options for the log of a program that stays.
package struct LogOptions: Sendable {
    enum Format: String {
        case text, json
    }

    package let level: Logger.Level
    let format: Format
    let usesColor: Bool

    package init(_ arguments: ParsedArguments, _ common: CommonOptions) {
        level = Self.level(arguments, common)
        format = arguments.value("log-format").flatMap(Format.init) ?? .text
        usesColor = Color.isWanted(arguments, descriptor: 2)
    }

    private static func level(_ arguments: ParsedArguments, _ common: CommonOptions) -> Logger.Level
    {
        if let level = arguments.value("log-level").flatMap({ Logger.Level(rawValue: $0) }) {
            return level
        }
        return common.isQuiet ? .error : common.isVerbose ? .debug : .info
    }

    /// A log on stderr.
    package func logger(_ label: String) -> Logger {
        let handler = LineLogHandler(label, level: level, format: format, usesColor: usesColor)
        LogStream.standardError.use(notice: handler.notice)
        return Logger(label: label) { _ in handler }
    }
}
