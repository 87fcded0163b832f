internal import CommandLineOptions
import CommandSupport
import TaskQueue

/// What the command line of `tq-result` says, checked.
struct ResultOptions {
    /// The ids of the command line; `nil`: they stand on stdin.
    let ids: [TaskID]?
    let format: ResultPrinter.Format
    let waits: Bool
    /// `nil`: as long as it takes.
    let limit: WaitLimit?
    let forgets: Bool
    /// Whether results are printed as they are on a terminal too.
    let isRaw: Bool
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
        ids = words == ["-"] ? nil : try words.map { word throws(UsageError) in try Self.id(word) }
        if arguments.flag("json"), arguments.flag("state") { throw .conflict("--json", "--state") }
        format = arguments.flag("json") ? .json : arguments.flag("state") ? .state : .result
        waits = arguments.flag("wait")
        limit = try arguments.value("timeout", parsedBy: DurationText.parse).map { WaitLimit($0) }
        isRaw = arguments.flag("raw")
        forgets = arguments.flag("forget")
        progress = ProgressStyle(arguments, option: "follow")
        if limit != nil, !waits { throw .needs(option: "--timeout", other: "--wait") }
        if arguments.flag("follow"), !waits { throw .needs(option: "--follow", other: "--wait") }
    }

    /// Without the blanks around it, as on stdin.
    private static func id(_ word: String) throws(UsageError) -> TaskID {
        guard let id = IDStream.id(word.utf8) else {
            throw .badArguments("an ID is empty: name a task, as tq-send printed it")
        }
        return id
    }
}
