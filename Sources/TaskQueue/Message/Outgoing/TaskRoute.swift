/// Where tasks of some names go: an entry of `task_routes`.
package struct TaskRoute: Sendable {
    /// The names it is for.
    package let pattern: GlobPattern
    /// `nil` for the default queue.
    package var queue: QueueName?
    /// One of ``TaskOptions/priorities``; `nil` for the default.
    package var priority: Int?

    package init(pattern: GlobPattern, queue: QueueName? = nil, priority: Int? = nil) {
        self.pattern = pattern
        self.queue = queue
        self.priority = priority
    }
}
