/// Makes the messages of one sender in the order in which they are to be sent.
package struct SendingMessages {
    /// Most senders send a few kinds of tasks.
    private static let mostTemplates = 16

    let defaults: TaskDefaults
    /// Delivery tags, which are the ids of tasks whose results are kept: see ``RepeatableSending``.
    var tags = TaskIDSource()
    /// Ids of the other tasks: nobody is to find them among those sent (``TaskIDParts``).
    private var ignoredIDs = TaskIDSource()
    let encoder: MessageEncoder
    /// The last of them is tried first.
    private var templates: [MessageTemplate] = []

    /// - Parameters:
    ///   - defaults: what counts for tasks that do not say it themselves.
    ///   - replyTo: where the sender listens for results.
    package init(_ defaults: TaskDefaults, replyTo: ReplyAddress = ReplyAddress()) {
        self.defaults = defaults
        encoder = MessageEncoder(replyTo: replyTo)
    }

    /// The message of a task that is sent now.
    package mutating func message(
        _ draft: TaskDraft,
        at now: Timestamp = .now()
    ) -> OutgoingMessage {
        let options = defaults.options(of: draft)
        let tag = tags.next(at: now)
        let own = draft.options.id
        let id = own ?? (options.ignoresResult ? ignoredIDs.next(at: now) : tag)
        var task = OutgoingTask(draft, id: id, options, from: now)
        if own != nil { task.headers[NamedSending.header] = tag.text }
        return OutgoingMessage(task, deliveryTag: tag.text, template: template(for: task))
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
