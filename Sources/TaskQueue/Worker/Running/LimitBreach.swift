/// A limit that a command or a handler has broken, for which it was told or made to end.
package enum LimitBreach: Equatable {
    /// Got SIGTERM, or was cancelled, after this many seconds.
    case softTime(Double)
    /// Got SIGKILL, or was left behind, after this many seconds.
    case hardTime(Double)
    /// Got SIGKILL when it had more memory than allowed, both in bytes.
    case memory(limit: Int, peak: Int)
    /// Got SIGTERM, and SIGKILL later, when its result could no longer be kept.
    case result(ResultLoss)

    /// The failure of a task that ended this way after that.
    ///
    /// Its type is one that Celery's readers know (`celery-wire`, section 5.1).
    package func failure(_ end: String) -> TaskFailure {
        switch self {
        case .softTime(let seconds):
            TaskFailure(
                type: "SoftTimeLimitExceeded",
                message: "ran longer than its soft time limit of \(Self.text(seconds)): \(end)",
                module: Self.billiard
            )
        case .hardTime(let seconds):
            TaskFailure(
                type: "TimeLimitExceeded",
                message: "ran longer than its time limit of \(Self.text(seconds)): \(end)",
                module: Self.billiard
            )
        case .memory(let limit, let peak):
            .command(
                "used more memory than max_rss (\(limit) bytes), \(peak) bytes when it was stopped: "
                    + end
            )
        case .result(let loss): .command("\(loss): \(end)")
        }
    }

    /// The breach, with the peak as the kernel saw it, which may be larger.
    package func adding(_ usage: ResourceUsage) -> LimitBreach {
        guard case .memory(let limit, let peak) = self else { return self }
        return .memory(limit: limit, peak: max(peak, usage.peakMemory))
    }

    private static let billiard = "billiard.exceptions"

    private static func text(_ seconds: Double) -> String {
        DurationText.format(.microseconds(Int64(seconds * 1e6)))
    }
}
