internal import CommandLineOptions
import CommandSupport
import TaskQueue
import TaskSettings

/// What the command line of `tq-send` says, checked.
struct SendOptions {
    /// Where the tasks come from.
    enum Source {
        /// One task, whose arguments stand on the command line.
        case words(TaskName, Arguments)
        /// Lines of stdin; without a task each line names its own.
        case lines(TaskName?, LineFormat)
        /// A signature in a file: see ``WorkflowOptions/canvas``.
        case canvas(path: String)
    }

    enum LineFormat {
        case json
        /// Each line is one string argument.
        case text
        /// The same, ended by NUL bytes.
        case nullTerminated
    }

    let source: Source
    /// How each of them is sent.
    let task: TaskOptions
    let workflow: WorkflowOptions
    let waits: Bool
    /// `nil`: as long as it takes.
    let limit: WaitLimit?
    /// Whether results are printed as they are on a terminal too.
    let isRaw: Bool
    /// How progress is shown while waiting; `nil`: it is not.
    let progress: ProgressStyle?
    let printsJSON: Bool
    /// Most tasks that may wait in the queue; `nil`: any number.
    let maxQueue: Int?
    let blocks: Bool
    let keepsGoing: Bool
    let isDryRun: Bool
}

extension SendOptions {
    init(_ arguments: ParsedArguments, _ settings: Settings) throws(CommandError) {
        do throws(UsageError) {
            try self.init(checking: arguments, zone: settings.timezone ?? .system)
        } catch {
            throw CommandError(error)
        }
    }

    private init(
        checking arguments: ParsedArguments,
        zone: LocalTimeZone
    ) throws(UsageError) {
        source = try Self.source(arguments)
        task = try TaskOptions(arguments, zone: zone)
        workflow = try WorkflowOptions(arguments, zone: zone)
        waits = arguments.flag("wait")
        limit = try arguments.value("timeout", parsedBy: DurationText.parse).map { WaitLimit($0) }
        isRaw = arguments.flag("raw")
        progress = ProgressStyle(arguments, option: "progress")
        printsJSON = arguments.flag("json")
        maxQueue = try arguments.integer("max-queue", in: 1...Int.max)
        blocks = arguments.flag("block")
        keepsGoing = arguments.flag("keep-going")
        isDryRun = arguments.flag("dry-run")
        try checkCombinations(arguments)
    }

    private func checkCombinations(_ arguments: ParsedArguments) throws(UsageError) {
        if isRaw, !waits { throw .needs(option: "--raw", other: "--wait") }
        if limit != nil, !waits { throw .needs(option: "--timeout", other: "--wait") }
        if arguments.flag("progress"), !waits {
            throw .needs(option: "--progress", other: "--wait")
        }
        if waits, task.ignoresResult == true { throw .conflict("--wait", "--ignore-result") }
        if waits, isDryRun { throw .conflict("--wait", "--dry-run") }
        if workflow.isGroup {
            guard case .lines = source else { throw .needs(option: "--group", other: "-") }
            if keepsGoing { throw .conflict("--group", "--keep-going") }
        }
        if case .canvas = source { return }
        guard case .words = source else {
            if task.id != nil { throw .conflict("--id", "-") }
            if task.shared.unique != nil { throw .conflict("--unique", "-") }
            return
        }
        for option in ["lines", "null", "keep-going"] where arguments.flag(option) {
            throw .needs(option: "--\(option)", other: "-")
        }
    }

    static func source(_ arguments: ParsedArguments) throws(UsageError) -> Source {
        if let path = arguments.value("canvas") {
            if let extra = arguments.operands.first { throw .unexpectedOperand(extra) }
            return .canvas(path: path)
        }
        var words = arguments.operands[...]
        let first = words.removeFirst()
        let isLiteral = arguments.flag("literal")
        let whole = (args: arguments.value("args"), kwargs: arguments.value("kwargs"))
        let hasWhole = whole.args != nil || whole.kwargs != nil
        if first == "-" || (words.count == 1 && words.first == "-" && !isLiteral) {
            if hasWhole { throw .conflict(whole.args == nil ? "--kwargs" : "--args", "-") }
            if first == "-", let extra = words.first { throw .unexpectedOperand(extra) }
            return .lines(first == "-" ? nil : try task(first), try lineFormat(arguments, first))
        }
        if !isLiteral, words.count > 1, words.last == "-" {
            throw .badArguments(
                "- reads standard input only as the one operand after TASK: write the text as :'\"-\"', "
                    + "or with --literal"
            )
        }
        if hasWhole, !words.isEmpty {
            throw .conflict(whole.args == nil ? "--kwargs" : "--args", "ARG")
        }
        let name = try task(first)
        do throws(CommandError) {
            if hasWhole {
                return .words(name, try Arguments(args: whole.args, kwargs: whole.kwargs))
            }
            return .words(
                name,
                isLiteral
                    ? Arguments(literal: Array(words)) : try Arguments(commandLine: Array(words))
            )
        } catch {
            throw .badArguments(error.message ?? "")
        }
    }

    private static func lineFormat(
        _ arguments: ParsedArguments,
        _ task: String
    ) throws(UsageError) -> LineFormat {
        let format: LineFormat =
            arguments.flag("null") ? .nullTerminated : arguments.flag("lines") ? .text : .json
        if format != .json, task == "-" { throw .needs(option: "--lines", other: "TASK") }
        return format
    }

    private static func task(_ text: String) throws(UsageError) -> TaskName {
        guard let task = TaskName(text) else {
            throw .badValue(
                option: "TASK",
                value: text,
                reason: "a task's name has at least one character, and no control characters"
            )
        }
        return task
    }
}
