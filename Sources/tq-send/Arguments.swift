import CommandSupport
import TaskQueue

typealias Arguments = TaskArguments

extension TaskArguments {
    /// Reads the words of the command line.
    ///
    /// - Throws: ``CommandError`` with status 64 for what is not JSON, or a key given twice.
    init(commandLine words: [String]) throws(CommandError) {
        do throws(TaskArgumentsError) { self = try TaskArguments(words: words) } catch {
            throw CommandError(.usage, error.description)
        }
    }

    /// Takes `--args` and `--kwargs`, whole.
    init(args: String?, kwargs: String?) throws(CommandError) {
        self.init()
        if let args {
            self.args = try Self.json(args[...], in: "--args")
            guard self.args.kind == .array else {
                throw CommandError(.usage, "--args requires a JSON array, such as --args '[2, 3]'")
            }
        }
        if let kwargs {
            self.kwargs = try Self.json(kwargs[...], in: "--kwargs")
            guard self.kwargs.kind == .object else {
                throw CommandError(
                    .usage,
                    "--kwargs requires a JSON object, such as --kwargs '{\"to\": 1}'"
                )
            }
        }
    }

    private static func json(_ text: Substring, in option: String) throws(CommandError) -> JSONText
    {
        do throws(JSONError) { return try JSONText(text.utf8) } catch {
            throw CommandError(.usage, TaskArgumentsError.optionNotJSON(option, error).description)
        }
    }
}
