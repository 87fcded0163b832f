/// How much a worker does at once, and when it ends by itself.
package struct WorkerLimits: Sendable {
    package enum Burst: Sendable {
        /// Stop when the queues are empty.
        case whileQueued
        /// Also wait for the retries of the tasks that were run.
        case withRetries
    }

    /// Tasks at once; of ``concurrencyRange``.
    package var concurrency: Int
    /// Tasks held ahead for each that runs; `nil`: the worker sees how long they take.
    package var prefetch: Int?
    /// `nil`: do not stop when the queues are empty.
    package var burst: Burst?
    /// Stop after this many tasks; `nil`: never.
    package var maxTasks: Int?
    /// Stop after this time; `nil`: never.
    package var maxTime: Duration?
    /// How long running tasks may take after an order to stop until they are interrupted; `nil`: until the next order.
    package var shutdownTimeout: Duration?
    /// How long interrupted tasks have to end.
    package var grace: Duration = .seconds(5)
    /// Whether to wait for a broker that is away at the start, as later.
    package var waitsForBroker = false

    /// How many tasks may run at once: each command needs a process and some descriptors.
    package static let concurrencyRange = 1...10_000
    /// The most bytes that the body of a message may have.
    package var messageBytes = BodyReader.usualLimit

    package init(concurrency: Int) {
        self.concurrency = concurrency
    }
}
