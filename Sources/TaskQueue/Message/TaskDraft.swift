/// A task as its sender describes it, before the settings are asked; `nil` where the sender says nothing.
package struct TaskDraft: Sendable {
    package var task: TaskName
    package var arguments: TaskArguments
    /// `nil`: the task's route in the settings.
    package var queue: QueueName?
    /// Not before.
    package var eta: SendingTime?
    /// Not after.
    package var expires: SendingTime?
    /// 0 to 9; `nil`: the task's route in the settings.
    package var priority: Int?
    /// `nil`: a new one.
    package var id: TaskID?
    package var maxRetries: Int?
    package var timeLimits = TimeLimits.none
    /// `nil`: the settings say.
    package var ignoresResult: Bool?
    package var unique: UniqueHold?
    /// First task of the workflow; `nil`: this one.
    package var rootID: TaskID?
    /// The task that sends this one.
    package var parentID: TaskID?
    /// Headers beside those of the protocol: see ``OutgoingTask/headers``.
    package var headers: [String: String] = [:]

    package init(task: TaskName, arguments: TaskArguments) {
        self.task = task
        self.arguments = arguments
    }
}
