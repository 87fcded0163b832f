package import CommandLineOptions
internal import Glibc
internal import TaskQueue

/// How to show the progress of tasks.
package enum ProgressStyle: Sendable, Equatable {
    /// As a line that is redrawn in place.
    case bar(usesColor: Bool)
    /// As a line for each change.
    case lines
}

extension ProgressStyle {
    /// A bar if stderr is a terminal that can erase, else lines.
    ///
    /// - Parameters:
    ///   - arguments: of the program.
    ///   - option: the flag that asks for progress; `nil` without it, or with `--quiet`.
    package init?(_ arguments: ParsedArguments, option: String) {
        guard arguments.flag(option), !arguments.flag("quiet") else { return nil }
        let isTerminal = isatty(2) == 1 && ThisProcess.variable("TERM") != "dumb"
        self = isTerminal ? .bar(usesColor: Color.isWanted(arguments, descriptor: 2)) : .lines
    }
}
