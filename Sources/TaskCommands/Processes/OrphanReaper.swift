internal import CLinux
internal import Glibc
internal import TaskQueue

/// Waits for processes that this one has not started: those left behind by commands become its children if
/// it is the first of a container, or a subreaper, and would stay as zombies.
struct OrphanReaper {
    /// The time between two looks: a zombie does no harm for that long.
    private static let interval: Duration = .seconds(1)
    /// How many to wait for at one look.
    private static let most = 1_000

    /// When ``reap(_:isOurs:)`` is to be called.
    private(set) var nextLook = Instant.now

    /// `nil` if orphans go to another process.
    init?() {
        guard tq_is_reaper() != 0 else { return nil }
    }

    /// Waits for the orphans that have ended, if it is time to; `isOurs` says whether something else in this
    /// process waits for a child.
    mutating func reap(_ now: Instant, isOurs: (pid_t) -> Bool) {
        guard nextLook <= now else { return }
        nextLook = now + Self.interval
        for _ in 0..<Self.most {
            let child = tq_ended_child()
            // Somebody notices ours soon; those behind it come at the next look.
            guard child > 0, !isOurs(child) else { return }
            waitpid(child, nil, WNOHANG)
        }
    }
}
