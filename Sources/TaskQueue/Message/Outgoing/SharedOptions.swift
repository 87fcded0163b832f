/// Options that a message repeats as its sender gave them: no setting decides them, and they are alike in
/// many messages, so that a ``MessageTemplate`` writes them once.
///
/// A new one is a field here, a line in ``MessageTemplate``, and an option of each sender that offers it.
package struct SharedOptions: Equatable, Sendable {
    /// How long the task may run.
    package var timeLimits = TimeLimits.none
    /// How often it may be tried again; `nil`: the worker's settings say.
    package var maxRetries: Int?
    /// The key that the task is to hold; `nil`: none.
    package var unique: UniqueHold?
    /// The task that sends this one; `nil`: a client does.
    package var parentID: TaskID?
    /// The group that the task is in; `nil`: none.
    package var groupID: String?
    /// What is to follow it, as `embed` has it: an object; `nil`: nothing.
    package var embed: JSONText?
    /// Whether a schedule sends it: the message says so as Celery's beat does.
    package var isPeriodic = false
}
