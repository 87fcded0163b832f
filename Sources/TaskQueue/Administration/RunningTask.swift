/// A task in a worker's hands: it runs, or is about to.
package struct RunningTask: Equatable, Sendable {
    /// The id and the task, as far as they can be read.
    package let id: TaskID?
    package let task: TaskName?
    /// `nil`: it cannot be read.
    package let queue: QueueName?
    /// The id of the worker's lease; `nil`: a Celery worker's.
    package let worker: String?
    package let takenAt: Timestamp?

    package init(
        id: TaskID?,
        task: TaskName?,
        queue: QueueName?,
        worker: String?,
        takenAt: Timestamp?
    ) {
        self.id = id
        self.task = task
        self.queue = queue
        self.worker = worker
        self.takenAt = takenAt
    }
}
