/// Why the outcome of a task was not settled.
package enum TaskLoss: Equatable, Sendable {
    /// The worker had lost its hold on the task: nothing was written for it.
    case notHeld
    /// An earlier attempt to write it failed: it may have been written then.
    case uncertain
    /// The connection over which it came is gone, and with it the hold: its result was stored, if there is one, and
    /// the broker delivers the task again.
    case connectionGone
}
