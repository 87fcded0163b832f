package import CommandLineOptions
internal import Glibc
internal import TaskQueue

/// How the progress of tasks is shown.
package enum ProgressStyle: Sendable, Equatable {
    /// On a line that is redrawn in place.
    case bar(usesColor: Bool)
    /// With a line for each change.
    case lines
}

extension ProgressStyle {
    /// A bar if stderr is a terminal that can erase, else lines.
    ///
    /// - Parameters:
    ///   - arguments: of the program.
    ///   - option: the flag that asks for progress; it is `nil` without, or with `--quiet`.
    package init?(_ arguments: ParsedArguments, option: String) {
        guard arguments.flag(option), !arguments.flag("quiet") else { return nil }
        let isTerminal = isatty(2) == 1 && SettingsFile.processEnvironment("TERM") != "dumb"
        self = isTerminal ? .bar(usesColor: Color.isWanted(arguments, descriptor: 2)) : .lines
    }
}
