internal import Glibc
internal import TaskQueue

/// How long a connection waits for the locks of others.
///
/// A class, so that SQLite's busy handler can be given one.
final class LockPatience {
    /// In microseconds: most locks are held no longer.
    static let shortPause: UInt32 = 200
    /// How many pauses in a row are short.
    static let shortPauses = 5

    /// For each lock.
    let limit: Duration
    /// When nobody waits any more, whatever the limit; `nil`: never.
    var deadline: Instant?
    /// What ends the wait too, as soon as it is readable; `nil`: nothing does.
    var alarm: Int32?
    /// Nobody is waited for.
    var isAtEnd = false
    private var begunAt = Instant.now

    init(_ limit: Duration) {
        self.limit = limit
    }

    /// A wait begins.
    func begin() { begunAt = .now }

    /// Waits a moment for others to let go.
    ///
    /// SQLite's own busy timeout sleeps up to 100 ms at a time: too long for tasks of milliseconds.
    /// - Parameter attempt: how often this was called in this wait before.
    /// - Returns: whether to try again.
    func pause(_ attempt: Int) -> Bool {
        guard !isAtEnd, !isOver else { return false }
        // Short ones at first, then 1 ms and up to 1 ms more, so that waiting programs do not keep step.
        let isShort = attempt < Self.shortPauses
        let pause = isShort ? Self.shortPause : 1000 + UInt32.random(in: 0..<1000)
        guard let alarm else {
            usleep(pause)  // Nothing tells when SQLite's lock is free.
            return true
        }
        var entry = pollfd(fd: alarm, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, Int32(max(pause / 1000, 1))) <= 0
    }

    private var isOver: Bool {
        let now = Instant.now
        return now - begunAt >= limit || deadline.map { now >= $0 } ?? false
    }
}
