/// One look at the queues.
struct QueueLook: Equatable, Sendable {
    /// Whether it found less than was asked for, and left nothing that is under suspicion.
    let isEmpty: Bool
    /// How far the worker is by itself after it, and what was left because of that.
    let solitude: Solitude
    let suspectsLeft: SuspectsLeft
    /// The requests that it followed.
    let serial: Int
    /// By the broker's clock.
    let time: Timestamp
    /// How far the broker's clock is ahead of ours.
    let clockOffset: Duration
}
