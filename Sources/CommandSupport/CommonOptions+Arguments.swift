package import CommandLineOptions
package import Connections
internal import TaskQueue
package import TaskSettings

extension CommonOptions {
    /// The options of all programs, then environment, file, default.
    ///
    /// - Throws: ``CommandError`` with status 64 for an option's value that means nothing, else 78.
    package init(_ arguments: ParsedArguments, _ settings: Settings) throws(CommandError) {
        let timeout: Duration?
        do throws(UsageError) {
            timeout = try arguments.value("connect-timeout", parsedBy: DurationText.parse)
        } catch {
            throw CommandError(error)
        }
        do throws(ConnectionProblem) {
            try self.init(
                brokerURL: arguments.value("broker"),
                backendURL: arguments.value("result-backend"),
                connectTimeout: timeout,
                isQuiet: arguments.flag("quiet"),
                isVerbose: arguments.flag("verbose"),
                settings
            )
        } catch {
            throw CommandError(error)
        }
    }
}
