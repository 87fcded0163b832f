/// Why what a task ended with was not settled.
package enum TaskLoss: Equatable, Sendable {
    /// The worker had lost its hold on the task: nothing was written for it.
    case notHeld
    /// It was being written before, when that failed: then it may have been.
    case uncertain
    /// The connection over which it came is gone, and with it the hold: a result was stored if there is one, and
    /// the broker delivers the task again.
    case connectionGone
}
