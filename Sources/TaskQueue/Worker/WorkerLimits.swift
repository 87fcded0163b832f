/// When a worker ends by itself.
package struct WorkerLimits: Sendable {
    /// Tasks at once.
    package var concurrency: Int
    /// Stop when the queues are empty.
    package var isBurst = false
    /// Stop after so many tasks; `nil`: never.
    package var maxTasks: Int?
    /// Stop after this time; `nil`: never.
    package var maxTime: Duration?

    package init(concurrency: Int) {
        self.concurrency = concurrency
    }
}
