import CommandLineOptions
import TaskQueue

/// Makes tasks from options, settings and the environment.
struct TaskBuilder {
    private let options: SendOptions
    private var messages: SendingMessages
    /// The task inside which this program runs, if a worker started it.
    private let parent: TaskID?
    private let root: TaskID?
    /// The trace to which what is sent belongs.
    private let traceHeaders: [String: String]

    init(_ options: SendOptions, _ settings: Settings) {
        self.options = options
        messages = SendingMessages(settings)
        parent = SettingsFile.processEnvironment("TQ_TASK_ID").map(TaskID.init)
        root = SettingsFile.processEnvironment("TQ_ROOT_ID").map(TaskID.init)
        traceHeaders = TraceParent.headers(SettingsFile.processEnvironment("TRACEPARENT"))
    }

    /// A message for a task, as the options and settings want it.
    mutating func message(_ name: TaskName, _ arguments: Arguments) -> OutgoingMessage {
        message(TaskLine(task: name, arguments: arguments))
    }

    /// A message for a line of stdin; what the line says goes before the options.
    mutating func message(_ line: TaskLine) -> OutgoingMessage {
        var draft = TaskDraft(task: line.task, arguments: line.arguments)
        draft.queue = line.queue ?? options.queue
        draft.eta = line.eta ?? options.eta
        draft.expires = line.expires.map { .at($0) } ?? options.expires
        draft.priority = line.priority ?? options.priority
        draft.id = line.id ?? options.id
        draft.maxRetries = options.maxRetries
        draft.timeLimits = options.timeLimits
        draft.ignoresResult = options.ignoresResult
        draft.unique = line.uniqueKey.map { UniqueHold($0, for: line.uniqueFor) } ?? options.unique
        draft.rootID = root
        draft.parentID = parent
        draft.headers = traceHeaders
        return messages.message(draft)
    }
}
