/// The options and settings of a worker; they may change while it runs.
package struct WorkerConfiguration {
    /// At least one.
    package var queues: [QueueName]
    package var limits: WorkerLimits
    /// What the settings say of a task.
    package var policy: (TaskName) -> TaskPolicy
    /// Sends what follows tasks of workflows.
    package var canvas: Canvas

    package init(
        queues: [QueueName],
        limits: WorkerLimits,
        policy: @escaping (TaskName) -> TaskPolicy = { _ in TaskPolicy() },
        canvas: Canvas = Canvas()
    ) {
        self.queues = queues
        self.limits = limits
        self.policy = policy
        self.canvas = canvas
    }
}
