internal import CommandLineOptions
import CommandSupport
internal import Connections
import ServiceSupport
import TaskBeat
import TaskCommands
import TaskQueue
import TaskSettings

/// The command line and the settings of `tq-work`, checked.
struct WorkOptions {
    let queues: [QueueName]
    let commands: CommandTable
    let limits: WorkerLimits
    /// Where tasks go that are sent for workflows.
    let taskDefaults: TaskDefaults
    /// What the settings say of a task.
    let policy: @Sendable (TaskName) -> TaskPolicy
    /// The worker's name in logs, `tq@host`.
    let name: String
    let log: LogOptions
    /// What to send on a schedule; `nil`: nothing.
    let beat: BeatConfiguration?
    /// Print the plan and exit.
    let checks: Bool
}

extension WorkOptions {
    init(
        _ arguments: ParsedArguments,
        _ settings: Settings,
        _ common: CommonOptions,
        handlers: HandlerTable
    ) throws(CommandError) {
        do throws(UsageError) {
            queues =
                try Self.queues(arguments) ?? settings.queuesToServe
            limits = try Self.limits(arguments, settings)
            taskDefaults = settings.taskDefaults
            policy = try Self.policy(arguments, settings, handlers)
        } catch {
            throw CommandError(error)
        }
        commands = try Self.commands(arguments, settings)
        name = Self.name(arguments)
        log = LogOptions(arguments, common)
        checks = arguments.flag("check")
        beat = try Self.beat(arguments, settings)
    }

    static func name(_ arguments: ParsedArguments) -> String {
        WorkerName.expand(arguments.value("hostname") ?? "tq@%h")
    }

    private static func beat(
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) throws(CommandError) -> BeatConfiguration? {
        guard arguments.flag("beat") else { return nil }
        guard !arguments.flag("burst") else {
            throw CommandError(UsageError.conflict("--beat", "--burst"))
        }
        return try BeatEntrySource.configuration(settings)
    }

    private static func queues(_ arguments: ParsedArguments) throws(UsageError) -> [QueueName]? {
        let names = arguments.values("queues").flatMap(Self.names)
        guard !names.isEmpty else { return nil }
        var queues: [QueueName] = []
        for name in names {
            guard let queue = QueueName(name) else {
                throw .badValue(
                    option: "--queues",
                    value: name,
                    reason: QueueName.objection(name)
                )
            }
            if !queues.contains(queue) { queues.append(queue) }
        }
        return queues
    }

    /// Names between commas; `\,` is a comma in a name.
    private static func names(_ list: String) -> [String] {
        var names: [String] = [""]
        var rest = list.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\", rest.first == "," {
                rest.removeFirst()
                names[names.count - 1] += ","
            } else if scalar == "," {
                names.append("")
            } else {
                names[names.count - 1].unicodeScalars.append(scalar)
            }
        }
        return names
    }

    private static func limits(
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) throws(UsageError) -> WorkerLimits {
        var limits = WorkerLimits(
            settings,
            concurrency: try arguments.integer("concurrency", in: WorkerLimits.concurrencyRange),
            prefetch: try arguments.integer("prefetch", in: 0...10_000)
        )
        limits.burst = Self.burst(arguments)
        limits.maxTasks = try arguments.integer("max-tasks", in: 1...Int.max)
        let maxTime = try arguments.value("max-time", parsedBy: DurationText.parse)
        limits.maxTime = maxTime.flatMap { $0 > .zero ? $0 : nil }
        return limits
    }

    private static func burst(_ arguments: ParsedArguments) -> WorkerLimits.Burst? {
        guard arguments.flag("burst") else { return nil }
        return arguments.value("burst") == "wait" ? .withRetries : .whileQueued
    }

    private static func policy(
        _ arguments: ParsedArguments,
        _ settings: Settings,
        _ handlers: HandlerTable
    ) throws(UsageError) -> @Sendable (TaskName) -> TaskPolicy {
        let hard = try arguments.value("time-limit", parsedBy: DurationText.parse)
        let soft = try arguments.value("soft-time-limit", parsedBy: DurationText.parse)
        return { name in
            let task = settings.settings(for: name)
            return TaskPolicy(
                settings,
                task,
                timeLimit: hard,
                softTimeLimit: soft,
                base: handlers.policy(for: name)
            )
        }
    }

    private static func commands(
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) throws(CommandError) -> CommandTable {
        let names = arguments.values("task")
        let words = arguments.operandsAfterTerminator.map(Array.init)
        guard words != nil || names.isEmpty else {
            throw CommandError(UsageError.needs(option: "--task", other: "-- COMMAND"))
        }
        let isStream = arguments.flag("stream")
        guard words != nil || !isStream else {
            throw CommandError(UsageError.needs(option: "--stream", other: "-- COMMAND"))
        }
        if let problem = words.flatMap({ CommandLineBuilder.problem(of: $0, isStream: isStream) }) {
            throw CommandError(.usage, problem)
        }
        do throws(SettingsError) {
            return try CommandTable(
                given: words.map { (.vector($0), Set(names), isStream) },
                directory: directory(arguments, settings),
                settings: settings
            )
        } catch {
            throw CommandError(error)
        }
    }

    /// Absolute: a command may have a working directory of its own.
    private static func directory(
        _ arguments: ParsedArguments,
        _ settings: Settings
    ) -> TasksDirectory {
        let named = arguments.value("tasks") ?? settings.tasksDirectory
        let path = named ?? "tasks"
        return TasksDirectory(
            path: path.hasPrefix("/") ? path : "\(ThisProcess.workingDirectory)/\(path)",
            isNamed: named != nil
        )
    }
}
