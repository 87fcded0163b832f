/// Why a program could not be started, or did not do what a test needed of it.
package enum ProcessError: Error, Sendable {
    case notFound(program: String)
    case cannotStart(program: String, reason: String)
    /// Killed with everything it had started.
    case timedOut(Outcome, limit: Duration)
    case failed(Outcome)
    /// Ended without having printed `text`.
    case endedBefore(text: String, Outcome)
}

extension ProcessError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let program):
            "\(program) is neither built nor installed: run swift build, or packaging/setup test"
        case .cannotStart(let program, let reason):
            "cannot start \(program): \(reason)"
        case .timedOut(let outcome, let limit):
            "still running after \(limit), and killed: \(outcome)"
        case .failed(let outcome):
            "failed: \(outcome)"
        case .endedBefore(let text, let outcome):
            "ended before it printed “\(text)”: \(outcome)"
        }
    }
}
