/// The state of a queue.
package struct QueueSummary: Equatable, Sendable {
    package let queue: QueueName
    /// Tasks that could be taken now, if the queue is not paused.
    package let waiting: Int
    /// `nil`: the broker cannot tell.
    package let delayed: Int?
    /// Tasks in workers' hands.
    package let running: Int
    /// Dead letters.
    package let dead: Int
    /// When the oldest of the tasks that are next in line was sent, or fell due; `nil`: no task waits, or
    /// its sender did not say.
    package let oldestAt: Timestamp?
    /// Whether workers must take nothing from it.
    package let isPaused: Bool

    package init(
        queue: QueueName,
        waiting: Int,
        delayed: Int?,
        running: Int,
        dead: Int,
        oldestAt: Timestamp?,
        isPaused: Bool
    ) {
        self.queue = queue
        self.waiting = waiting
        self.delayed = delayed
        self.running = running
        self.dead = dead
        self.oldestAt = oldestAt
        self.isPaused = isPaused
    }
}
