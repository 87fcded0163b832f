import CommandLineOptions
import TaskQueue

/// The options of the command line that say how a task is sent.
extension TaskOptions {
    static let optionGroup = OptionGroup(
        "The task",
        [
            Option(
                "queue",
                short: "Q",
                value: .required("NAME"),
                help: "default: the task's route, else celery"
            ),
            Option(
                "in",
                value: .required("DURATION"),
                help: "not before this: 90, 10m, 1h30m or 2d"
            ),
            Option("at", value: .required("TIME"), help: "not before this: '2026-12-24 18:00'"),
            Option(
                "expires",
                value: .required("WHEN"),
                help: "not after this: a duration or a time"
            ),
            Option(
                "priority",
                short: "p",
                value: .required("0-9"),
                help: "urgency; 0 is served first"
            ),
            Option("id", value: .required("ID"), help: "the task's id; default a new UUID"),
            Option(
                "unique",
                value: .required("KEY"),
                help: "send only if no unfinished task holds KEY"
            ),
            Option(
                "unique-for",
                value: .required("DURATION"),
                help: "with --unique: KEY is free after this"
            ),
            Option(
                "max-retries",
                value: .required("N"),
                help: "how often it may be tried again"
            ),
            Option(
                "soft-time-limit",
                value: .required("DURATION"),
                help: "when it is told to end (SIGTERM)"
            ),
            Option("time-limit", value: .required("DURATION"), help: "when it is killed (SIGKILL)"),
            Option("ignore-result", help: "store no result"),
        ],
        isOfPart: true
    )

    /// Reads them.
    ///
    /// - Parameters:
    ///   - arguments: of the command line.
    ///   - zone: in which times without an offset are meant.
    /// - Throws: ``UsageError``.
    init(_ arguments: ParsedArguments, zone: LocalTimeZone) throws(UsageError) {
        let time = { (text: String) throws(TimeTextError) in try TimeText.parse(text, in: zone) }
        self.init()
        queue = try arguments.value("queue", parsedBy: Self.queue)
        let countdown = try arguments.value("in", parsedBy: DurationText.parse)
        let start = try arguments.value("at", parsedBy: time)
        if countdown != nil, start != nil { throw .conflict("--in", "--at") }
        eta = countdown.map { .after($0) } ?? start.map { .at($0) }
        expires = try Self.expiry(arguments, time)
        priority = try arguments.integer("priority", in: Self.priorities)
        id = try arguments.value("id", parsedBy: Self.id)
        shared.maxRetries = try arguments.integer("max-retries", in: 0...Int.max)
        shared.timeLimits = TimeLimits(
            hard: try arguments.value("time-limit", parsedBy: DurationText.parse)?.inSeconds,
            soft: try arguments.value("soft-time-limit", parsedBy: DurationText.parse)?.inSeconds
        )
        ignoresResult = arguments.flag("ignore-result") ? true : nil
        shared.unique = try Self.unique(arguments)
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
                reason: "a task that expires at once never runs: leave it out for no expiry"
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
