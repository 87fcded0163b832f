/// The options and settings of a worker; they may change while it runs.
package struct WorkerConfiguration {
    /// At least one.
    package var queues: [QueueName]
    package var limits: WorkerLimits
    /// What the settings say of a task.
    package var policy: (TaskName) -> TaskPolicy

    package init(
        queues: [QueueName],
        limits: WorkerLimits,
        policy: @escaping (TaskName) -> TaskPolicy = { _ in TaskPolicy() }
    ) {
        self.queues = queues
        self.limits = limits
        self.policy = policy
    }
}
