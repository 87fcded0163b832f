/// A task that is to be run now, and under which conditions.
package struct TaskAssignment: Sendable {
    /// Names the run; never used twice.
    package let run: RunID
    package let task: TaskMessage
    /// The queue it was taken from.
    package let queue: QueueName
    /// The limits after which it is told, and then made, to end.
    package let limits: TimeLimits
    /// How often it may be tried again in all; `nil`: without end.
    package let maxRetries: Int?
}
