internal import Glibc

/// Writes messages as Celery's own producers do: fields, types and defaults of task protocol 2.
package struct MessageEncoder: Sendable {
    /// Node name of the sender, `gen<pid>@<host>`, as Celery's clients call themselves.
    package let origin: String
    private let replyTo: ReplyAddress

    /// - Parameters:
    ///   - origin: node name of the sender.
    ///   - replyTo: where the sender listens for results.
    package init(origin: String = Self.clientName(), replyTo: ReplyAddress = ReplyAddress()) {
        self.origin = origin
        self.replyTo = replyTo
    }

    /// The name of the queue where the sender listens for results.
    var replyQueue: String { replyTo.queue }

    package static func clientName() -> String {
        "gen\(getpid())@\(Host.name)"
    }

    /// Writes the message of a task.
    ///
    /// - Parameters:
    ///   - task: what the message says.
    ///   - deliveryTag: unique for each message, also for two messages of one task.
    /// - Returns: a message of content type JSON.
    package func encode(_ task: OutgoingTask, deliveryTag: String) -> Message {
        template(for: task).message(task, deliveryTag: deliveryTag)
    }

    /// What the messages of all tasks that ``MessageTemplate/fits(_:)`` have in common.
    package func template(for task: OutgoingTask) -> MessageTemplate {
        MessageTemplate(task.options, origin: origin, replyTo: replyTo)
    }
}
