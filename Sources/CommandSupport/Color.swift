internal import Glibc
internal import TaskQueue

/// Whether to use colour: on a terminal, unless `NO_COLOR` is set or `--color` says otherwise.
package enum Color {
    package static func isWanted(_ arguments: ParsedArguments, descriptor: Int32) -> Bool {
        switch arguments.value("color") {
        case "always": true
        case "never": false
        default:
            isatty(descriptor) == 1
                && (SettingsFile.processEnvironment("NO_COLOR") ?? "").isEmpty
                && SettingsFile.processEnvironment("TERM") != "dumb"
        }
    }
}
