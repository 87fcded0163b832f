import CommandSupport
import TaskQueue

/// Makes tasks from options, settings and the environment.
struct TaskBuilder {
    private let options: SendOptions
    private let settings: Settings
    /// Delivery tags, which are the ids of tasks whose results are kept: see ``RepeatableSending``.
    private var tags = TaskIDSource()
    /// Ids of the other tasks: nobody is to find them among those sent (``SentRecord``).
    private var ignoredIDs = TaskIDSource()
    private let encoder = MessageEncoder()
    /// Of the last message: most are alike.
    private var template: MessageTemplate?
    /// The task inside which this program runs, if a worker started it.
    private let parent: TaskID?
    private let root: TaskID?

    init(_ options: SendOptions, _ settings: Settings) {
        self.options = options
        self.settings = settings
        parent = SettingsFile.processEnvironment("TQ_TASK_ID").map(TaskID.init)
        root = SettingsFile.processEnvironment("TQ_ROOT_ID").map(TaskID.init)
    }

    /// A message for a task, as the options and settings want it.
    mutating func message(_ name: TaskName, _ arguments: Arguments) -> OutgoingMessage {
        message(TaskLine(task: name, arguments: arguments))
    }

    /// A message for a line of stdin; what the line says goes before the options.
    mutating func message(_ line: TaskLine) -> OutgoingMessage {
        let now = Timestamp.now()
        let route = settings.route(for: line.task)
        let ignores = ignoresResult(line.task)
        let tag = tags.next(at: now)
        var task = OutgoingTask(
            id: line.id ?? options.id ?? (ignores ? ignoredIDs.next(at: now) : tag),
            task: line.task,
            args: line.arguments.args,
            kwargs: line.arguments.kwargs,
            queue: line.queue ?? options.queue ?? route?.queue ?? settings.taskDefaultQueue
                ?? .celery
        )
        task.eta =
            line.eta ?? line.countdown.map { now + $0 } ?? options.eta
            ?? options.countdown.map { now + $0 }
        task.expires = line.expires ?? expiry(now)
        task.priority =
            line.priority ?? options.priority ?? route?.priority ?? settings.taskDefaultPriority
            ?? 0
        task.timeLimits = options.timeLimits
        task.maxRetries = options.maxRetries
        task.ignoresResult = ignores
        task.unique = line.uniqueKey.map { UniqueHold($0, for: line.uniqueFor) } ?? options.unique
        task.rootID = root
        task.parentID = parent
        return OutgoingMessage(
            task,
            deliveryTag: tag.text,
            template: template(for: task)
        )
    }

    private mutating func template(for task: OutgoingTask) -> MessageTemplate {
        if let template, template.fits(task) { return template }
        let new = encoder.template(for: task)
        template = new
        return new
    }

    private func ignoresResult(_ task: TaskName) -> Bool {
        options.ignoresResult ?? settings.settings(for: task)?.ignoreResult
            ?? settings.taskIgnoreResult ?? false
    }

    private func expiry(_ now: Timestamp) -> Timestamp? {
        switch options.expires {
        case .after(let duration): now + duration
        case .at(let time): time
        case nil: nil
        }
    }
}
