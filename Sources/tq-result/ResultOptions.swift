import CommandSupport
import TaskQueue

/// What the command line of `tq-result` says, checked.
struct ResultOptions {
    /// The ids of the command line; `nil`: they stand on stdin.
    let ids: [TaskID]?
    let format: ResultPrinter.Format
    let waits: Bool
    /// `nil`: as long as it takes.
    let timeout: Duration?
    let forgets: Bool
    /// How progress is shown; `nil`: it is not.
    let progress: ProgressStyle?
}

extension ResultOptions {
    init(_ arguments: ParsedArguments) throws(CommandError) {
        do throws(UsageError) { try self.init(checking: arguments) } catch {
            throw CommandError(error)
        }
    }

    private init(checking arguments: ParsedArguments) throws(UsageError) {
        let words = arguments.operands
        if words.contains("-"), words.count > 1 { throw .conflict("-", "ID") }
        ids = words == ["-"] ? nil : words.map { TaskID($0) }
        if arguments.flag("json"), arguments.flag("state") { throw .conflict("--json", "--state") }
        format = arguments.flag("json") ? .json : arguments.flag("state") ? .state : .result
        waits = arguments.flag("wait")
        timeout = try arguments.value("timeout", parsedBy: DurationText.parse)
        forgets = arguments.flag("forget")
        progress = ProgressStyle(arguments, option: "follow")
        if timeout != nil, !waits { throw .needs(option: "--timeout", other: "--wait") }
        if arguments.flag("follow"), !waits { throw .needs(option: "--follow", other: "--wait") }
    }
}
