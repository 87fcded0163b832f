internal import CommandLineOptions
import CommandSupport
import TaskQueue

/// What the command line says of a workflow.
struct WorkflowOptions {
    /// What follows the task, in its order.
    var steps: [Signature] = []
    /// What is called for each task that fails.
    var errbacks: [Signature] = []
    /// Whether the lines of stdin are one group.
    var isGroup = false
    /// A file with a signature, `-` for stdin; `nil`: the command line names the tasks.
    var canvas: String?

    var isPlain: Bool { steps.isEmpty && errbacks.isEmpty && !isGroup && canvas == nil }

    /// A workflow that begins with a task.
    func signature(beginningWith first: Signature) -> Signature {
        .chain([first] + steps, onError: errbacks)
    }

    /// A workflow that begins with a group; what follows is given the results of an empty one too: none.
    func signature(beginningWith group: [Signature]) -> Signature {
        guard let body = steps.first else { return .chain([.group(group)], onError: errbacks) }
        return .chain([.chord(.group(group), body)] + steps.dropFirst(), onError: errbacks)
    }
}

extension WorkflowOptions {
    init(_ arguments: ParsedArguments, zone: LocalTimeZone) throws(UsageError) {
        isGroup = arguments.flag("group")
        canvas = arguments.value("canvas")
        for (option, part) in arguments.parts {
            let signature = try Self.signature(part, option, zone)
            if option == "on-error" { errbacks.append(signature) } else { steps.append(signature) }
        }
        guard !isPlain else { return }
        if arguments.flag("unique") { throw .conflict("--unique", "a workflow") }
        if canvas != nil, isGroup { throw .conflict("--canvas", "--group") }
        if canvas != nil, let part = arguments.parts.first {
            throw .conflict("--canvas", "--\(part.option)")
        }
    }

    private static func signature(
        _ part: ParsedArguments,
        _ option: String,
        _ zone: LocalTimeZone
    ) throws(UsageError) -> Signature {
        let source = try SendOptions.source(part)
        guard case .words(let task, let given) = source else { throw .conflict("--\(option)", "-") }
        if part.flag("unique") { throw .conflict("--unique", "--\(option)") }
        for lines in ["lines", "null"] where part.flag(lines) {
            throw .badArguments(
                "--\(lines) is for the lines of standard input: it stands before --\(option)"
            )
        }
        let options = try TaskOptions(part, zone: zone)
        return Signature(TaskDraft(task, given, options), isImmutable: option == "next")
    }
}
