internal import CommandLineOptions
import CommandSupport
import TaskQueue

/// What the command line of `tq-send` says, checked.
struct SendOptions {
    /// Where the tasks come from.
    enum Source {
        /// One task, whose arguments stand on the command line.
        case words(TaskName, Arguments)
        /// Lines of stdin; without a task each line names its own.
        case lines(TaskName?, LineFormat)
    }

    enum LineFormat {
        case json
        /// Each line is one string argument.
        case text
        /// The same, ended by NUL bytes.
        case nullTerminated
    }

    let source: Source
    /// `nil`: the task's route in the settings.
    let queue: QueueName?
    /// Not before.
    let eta: SendingTime?
    /// Not after.
    let expires: SendingTime?
    /// `nil`: the task's route in the settings.
    let priority: Int?
    let id: TaskID?
    let maxRetries: Int?
    let timeLimits: TimeLimits
    /// `nil`: the settings say.
    let ignoresResult: Bool?
    /// The key that the task is to hold.
    let unique: UniqueHold?
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
        let time = { (text: String) throws(TimeTextError) in try TimeText.parse(text, in: zone) }
        source = try Self.source(arguments)
        queue = try arguments.value("queue", parsedBy: Self.queue)
        let countdown = try arguments.value("in", parsedBy: DurationText.parse)
        let start = try arguments.value("at", parsedBy: time)
        if countdown != nil, start != nil { throw .conflict("--in", "--at") }
        eta = countdown.map { .after($0) } ?? start.map { .at($0) }
        expires = try Self.expiry(arguments, time)
        priority = try arguments.integer("priority", in: 0...9)
        id = try arguments.value("id", parsedBy: Self.id)
        maxRetries = try arguments.integer("max-retries", in: 0...Int.max)
        timeLimits = TimeLimits(
            hard: try arguments.value("time-limit", parsedBy: DurationText.parse)?.inSeconds,
            soft: try arguments.value("soft-time-limit", parsedBy: DurationText.parse)?.inSeconds
        )
        ignoresResult = arguments.flag("ignore-result") ? true : nil
        unique = try Self.unique(arguments)
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
        if blocks, maxQueue == nil { throw .needs(option: "--block", other: "--max-queue") }
        if waits, ignoresResult == true { throw .conflict("--wait", "--ignore-result") }
        if waits, isDryRun { throw .conflict("--wait", "--dry-run") }
        guard case .words = source else {
            if id != nil { throw .conflict("--id", "-") }
            if unique != nil { throw .conflict("--unique", "-") }
            return
        }
        for option in ["lines", "null", "keep-going"] where arguments.flag(option) {
            throw .needs(option: "--\(option)", other: "-")
        }
    }

    private static func source(_ arguments: ParsedArguments) throws(UsageError) -> Source {
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
                isLiteral ? Arguments(literal: words) : try Arguments(commandLine: words)
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

    private static func queue(_ text: String) throws(QueueNameProblem) -> QueueName {
        guard let queue = QueueName(text) else { throw QueueNameProblem(name: text) }
        return queue
    }

    private static func id(_ text: String) throws(NameProblem) -> TaskID {
        guard TaskName(text) != nil else { throw NameProblem(kind: "an id") }
        return TaskID(text)
    }

    private static func unique(_ arguments: ParsedArguments) throws(UsageError) -> UniqueHold? {
        let lifetime = try arguments.value("unique-for", parsedBy: DurationText.parse)
        guard let key = try arguments.value("unique", parsedBy: key) else {
            if lifetime != nil { throw .needs(option: "--unique-for", other: "--unique") }
            return nil
        }
        return UniqueHold(key, for: lifetime)
    }

    private static func key(_ text: String) throws(NameProblem) -> String {
        guard TaskName(text) != nil else { throw NameProblem(kind: "a unique key") }
        return text
    }

    private static func expiry(
        _ arguments: ParsedArguments,
        _ time: (String) throws(TimeTextError) -> Timestamp
    ) throws(UsageError) -> SendingTime? {
        guard let text = arguments.value("expires") else { return nil }
        let duration: Duration
        do throws(DurationTextError) { duration = try DurationText.parse(text) } catch {
            guard case .tooLong = error else {
                return try arguments.value("expires", parsedBy: time).map { .at($0) }
            }
            throw .badValue(option: "--expires", value: text, reason: "\(error)")
        }
        guard duration > .zero else {
            throw .badValue(
                option: "--expires",
                value: text,
                reason: "a task that expires at once never runs: leave it out for no end"
            )
        }
        return .after(duration)
    }
}

/// A name that is empty or holds control characters.
private struct NameProblem: Error, CustomStringConvertible {
    let kind: String

    var description: String { "\(kind) has at least one character, and no control characters" }
}

extension Duration {
    /// As a header of Celery's has it.
    fileprivate var inSeconds: Double { Double(microseconds) / 1_000_000 }
}

private struct QueueNameProblem: Error, CustomStringConvertible {
    let name: String

    var description: String { QueueName.objection(name) }
}
