/// How much a worker does at once, and when it ends by itself.
package struct WorkerLimits: Sendable {
    package enum Burst: Sendable {
        /// Stop when the queues are empty.
        case whileQueued
        /// Wait for the retries of the tasks that were run, too.
        case withRetries
    }

    /// Tasks at once; of ``concurrencyRange``.
    package var concurrency: Int
    /// Tasks held ahead for each that runs; `nil`: the worker sees how long they take.
    package var prefetch: Int?
    /// `nil`: do not stop when the queues are empty.
    package var burst: Burst?
    /// Stop after so many tasks; `nil`: never.
    package var maxTasks: Int?
    /// Stop after this time; `nil`: never.
    package var maxTime: Duration?
    /// After an order to stop, what runs is interrupted after this time; `nil`: at the next order only.
    package var shutdownTimeout: Duration?
    /// How long what is interrupted has to end.
    package var grace: Duration = .seconds(5)
    /// Whether a broker that is away at the start is waited for, as it is later.
    package var waitsForBroker = false

    /// How many tasks may run at once: each command takes a process and some descriptors.
    package static let concurrencyRange = 1...10_000
    /// Bytes that the body of a message may have at most.
    package var messageBytes = BodyReader.usualLimit

    package init(concurrency: Int) {
        self.concurrency = concurrency
    }
}
