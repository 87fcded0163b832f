internal import Glibc
internal import TaskQueue

/// What ends a process before it ends by itself: its limits, a result that is lost, a worker that stops.
struct ProcessLimits {
    var clock: RunClock
    /// Whether what it runs ends as ``TaskOutcome/interrupted``.
    var isInterrupted = false

    init(_ clock: RunClock = RunClock()) {
        self.clock = clock
    }
}

extension RunningProcess {
    /// When ``lookAtClock(_:)`` is to be called; `nil`: never.
    var nextDeadline: Instant? { limits.clock.nextDeadline }

    /// Acts on the limits whose time has come.
    func lookAtClock(_ now: Instant) {
        if let signal = limits.clock.signal(at: now) { child.signal(signal) }
    }

    /// Kills it: it had `peak` bytes of memory, and may have `limit`.
    func exceedMemory(limit: Int, peak: Int) {
        limits.clock.exceedMemory(limit: limit, peak: peak)
        child.signal(SIGKILL)
    }

    /// What it runs ends as ``TaskOutcome/interrupted``.
    func interrupt() {
        limits.isInterrupted = true
    }
}
