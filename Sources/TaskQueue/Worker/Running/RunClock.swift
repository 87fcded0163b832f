internal import Glibc

/// When the time limits of a run end, and what to do then.
package struct RunClock {
    private var soft: (at: Instant, seconds: Double)?
    private var hard: (at: Instant, seconds: Double)?
    /// The limit that ended last; `nil`: none so far.
    package private(set) var breach: LimitBreach?

    /// Without limits.
    package init() {}

    /// Limits that begin to count at `start`.
    package init(_ limits: TimeLimits, start: Instant) {
        soft = limits.soft.map { (start + .microseconds(Int64($0 * 1e6)), $0) }
        hard = limits.hard.map { (start + .microseconds(Int64($0 * 1e6)), $0) }
    }

    /// When the next limit ends; `nil`: never.
    package var nextDeadline: Instant? {
        [soft?.at, hard?.at].compactMap(\.self).min()
    }

    /// Looks at the clock.
    ///
    /// - Returns: the signal to send now; `nil`: none.
    package mutating func signal(at now: Instant) -> Int32? {
        if let hard, hard.at <= now {
            (self.hard, soft) = (nil, nil)
            if !hasGivenUp { breach = .hardTime(hard.seconds) }
            return SIGKILL
        }
        if let soft, soft.at <= now {
            self.soft = nil
            breach = .softTime(soft.seconds)
            return SIGTERM
        }
        return nil
    }

    /// Notes that the command had more memory than allowed; it is to be killed.
    package mutating func exceedMemory(limit: Int, peak: Int) {
        (soft, hard) = (nil, nil)
        breach = .memory(limit: limit, peak: peak)
    }

    /// Whether ``giveUp(_:grace:at:)`` was called.
    package var hasGivenUp: Bool { if case .result = breach { true } else { false } }

    /// Notes that the result is lost: a command that runs on is killed after `grace`, or at its hard limit if
    /// that is nearer.
    package mutating func giveUp(
        _ loss: ResultLoss,
        grace: Duration,
        at now: Instant
    ) {
        breach = .result(loss)
        soft = nil
        let end = now + grace
        hard = min(hard?.at ?? end, end) == end ? (end, 0) : hard
    }
}
