internal import Synchronization
internal import TaskQueue

/// The time by which what has expired is deleted.
///
/// It is that of the clock on the wall, unless that was set forward while this process ran: such a clock may be
/// set right again, and what was deleted meanwhile would not come back. So it is believed when an hour has
/// passed.
struct ExpiryClock {
    /// How far the clock may run ahead between two looks, as an adjusted clock does.
    private static let tolerance = Duration.seconds(60)
    private static let patience = Duration.seconds(3600)

    /// The process's, since it first used a database: a connection that is made again knows no less.
    private static let shared = Mutex(ExpiryClock())

    /// The time by which to delete now.
    static var now: Timestamp { shared.withLock { $0.time() } }

    /// What the clock shows now counts as right, unless it was asked before.
    static func begin() { shared.withLock { _ in } }

    /// When both clocks were believed last.
    private var wall: Timestamp
    private var steady: Instant
    /// Since when the clock on the wall is ahead; `nil`: it is not.
    private var aheadSince: Instant?

    init(_ wall: Timestamp = .now(), _ steady: Instant = .now) {
        self.wall = wall
        self.steady = steady
    }

    /// The time at which the clocks show these; `steady` counts the machine's sleep too.
    mutating func time(
        _ shown: Timestamp = .now(),
        _ now: Instant = .now
    ) -> Timestamp {
        let expected = wall + (now - steady)
        if shown > expected + Self.tolerance {
            let since = aheadSince ?? now
            aheadSince = since
            if now - since < Self.patience { return expected }
        }
        (wall, steady, aheadSince) = (shown, now, nil)
        return shown
    }
}
