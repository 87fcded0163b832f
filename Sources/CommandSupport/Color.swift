package import CommandLineOptions
internal import Glibc
internal import TaskQueue

/// Whether to use colour: on a terminal, unless `NO_COLOR` is set or `--color` says otherwise.
package enum Color {
    package static func isWanted(_ arguments: ParsedArguments, descriptor: Int32) -> Bool {
        isWanted(arguments.value("color"), descriptor: descriptor)
    }

    /// - Parameters:
    ///   - choice: the value of `--color`; `nil`: it was not given.
    ///   - descriptor: where the text goes.
    /// - Returns: whether it is coloured there.
    static func isWanted(_ choice: String?, descriptor: Int32) -> Bool {
        switch choice {
        case "always": true
        case "never": false
        default:
            isatty(descriptor) == 1
                && (ThisProcess.variable("NO_COLOR") ?? "").isEmpty
                && ThisProcess.variable("TERM") != "dumb"
        }
    }
}
