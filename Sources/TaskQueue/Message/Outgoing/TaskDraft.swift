/// A task as its sender describes it, before the settings are asked.
package struct TaskDraft: Sendable {
    package var task: TaskName
    package var arguments: TaskArguments
    package var options: TaskOptions

    package init(
        _ task: TaskName,
        _ arguments: TaskArguments = TaskArguments(),
        _ options: TaskOptions = TaskOptions()
    ) {
        self.task = task
        self.arguments = arguments
        self.options = options
    }
}
