/// When the time limits of a handler's run end.
struct HandlerClock: Sendable {
    private let limits: TimeLimits
    private let start: Instant
    /// The soft limit has been broken, or there is none.
    private var isPastSoft: Bool

    /// - Returns: `nil` if there are no limits.
    init?(_ limits: TimeLimits, start: Instant) {
        guard limits != .none else { return nil }
        self.limits = limits
        self.start = start
        isPastSoft = limits.soft == nil
    }

    /// When the next limit ends; `nil`: never.
    var next: Instant? {
        let soft = isPastSoft ? nil : limits.soft
        return [soft, limits.hard].compactMap { $0.map(instant) }.min()
    }

    /// The limit that is newly broken; `nil`: there is none.
    mutating func breach(at now: Instant) -> LimitBreach? {
        if let hard = limits.hard, instant(hard) <= now { return .hardTime(hard) }
        guard !isPastSoft, let soft = limits.soft, instant(soft) <= now else { return nil }
        isPastSoft = true
        return .softTime(soft)
    }

    private func instant(_ seconds: Double) -> Instant {
        start + .microseconds(Int64(seconds * 1e6))
    }
}
