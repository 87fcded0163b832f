/// How a task is sent, as its sender says, before the settings are asked; `nil` where the sender says
/// nothing.
///
/// The command line, a line of JSON, a Swift client, an entry of the beat and a signature in a workflow
/// fill the same value; ``TaskDefaults`` decides what is left open.
package struct TaskOptions: Equatable, Sendable {
    // What the settings decide otherwise.

    /// `nil`: that of the task's route.
    package var queue: QueueName?
    /// One of ``priorities``; `nil`: that of the task's route.
    package var priority: Int?
    /// Whether no result is stored; `nil`: the task's settings say.
    package var ignoresResult: Bool?

    // What is each message's own.

    /// `nil`: a new one.
    package var id: TaskID?
    /// Not before; `nil`: at once.
    package var eta: SendingTime?
    /// Not after; `nil`: at any time.
    package var expires: SendingTime?
    /// First task of the workflow; `nil`: this one.
    package var rootID: TaskID?
    /// Headers beside those of the protocol, such as a trace's: texts by names that are not the protocol's.
    package var headers: [String: String] = [:]

    /// What many messages have in common.
    package var shared = SharedOptions()

    /// Levels of priority that Celery has on Redis.
    package static let priorities = 0...9

    /// Says nothing.
    package init() {}
}
