/// Makes the messages of one sender, as the settings want them, in the order in which they are to be sent.
package struct SendingMessages {
    /// Most senders send a few kinds of tasks.
    private static let mostTemplates = 16

    private let settings: Settings
    /// Delivery tags, which are the ids of tasks whose results are kept: see ``RepeatableSending``.
    private var tags = TaskIDSource()
    /// Ids of the other tasks: nobody is to find them among those sent (``SentRecord``).
    private var ignoredIDs = TaskIDSource()
    private let encoder = MessageEncoder()
    /// The last of them is tried first.
    private var templates: [MessageTemplate] = []

    package init(_ settings: Settings) {
        self.settings = settings
    }

    /// The message of a task.
    package mutating func message(_ draft: TaskDraft) -> OutgoingMessage {
        let now = Timestamp.now()
        let route = settings.route(for: draft.task)
        let ignores = ignoresResult(draft)
        let tag = tags.next(at: now)
        var task = OutgoingTask(
            id: draft.id ?? (ignores ? ignoredIDs.next(at: now) : tag),
            task: draft.task,
            args: draft.arguments.args,
            kwargs: draft.arguments.kwargs,
            queue: draft.queue ?? route?.queue ?? settings.taskDefaultQueue ?? .celery
        )
        task.eta = draft.eta?.instant(from: now)
        task.expires = draft.expires?.instant(from: now)
        task.priority = draft.priority ?? route?.priority ?? settings.taskDefaultPriority ?? 0
        task.timeLimits = draft.timeLimits
        task.maxRetries = draft.maxRetries
        task.ignoresResult = ignores
        task.unique = draft.unique
        task.rootID = draft.rootID
        task.parentID = draft.parentID
        task.headers = draft.headers
        if draft.id != nil { task.headers[NamedSending.header] = tag.text }
        return OutgoingMessage(task, deliveryTag: tag.text, template: template(for: task))
    }

    private func ignoresResult(_ draft: TaskDraft) -> Bool {
        draft.ignoresResult ?? settings.settings(for: draft.task)?.ignoreResult
            ?? settings.taskIgnoreResult ?? false
    }

    private mutating func template(for task: OutgoingTask) -> MessageTemplate {
        if let last = templates.last, last.fits(task) { return last }
        if let index = templates.lastIndex(where: { $0.fits(task) }) {
            templates.swapAt(index, templates.count - 1)
            return templates[templates.count - 1]
        }
        let new = encoder.template(for: task)
        if templates.count == Self.mostTemplates { templates.removeFirst() }
        templates.append(new)
        return new
    }
}
