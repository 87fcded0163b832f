import TaskQueue

/// Says what becomes of a task whose handler has thrown an error.
struct ErrorJudge: Sendable {
    /// Whether it is tried again after any error.
    let retriesErrors: Bool

    func answer(to error: any Error) -> HandlerAnswer {
        switch error {
        case let verdict as TaskVerdict: .ended(Self.outcome(verdict))
        case let error as BadArguments:
            // No other try will mend them.
            .ended(.fatal(error.failure, traceback: nil))
        case let error as TaskError: .chosen(error.failure, isRetried: retriesErrors)
        case is CancellationError: .cancelled
        // Thrown by a client in whose call it was cancelled.
        case let error as TaskQueueError where error.kind == .cancelled: .cancelled
        default: retriesErrors ? .retry(Self.failure(error)) : .failed(Self.failure(error))
        }
    }

    private static func outcome(_ verdict: TaskVerdict) -> TaskOutcome {
        switch verdict {
        case .retry(let delay, let error):
            .retry(
                delay: delay,
                (error ?? TaskError("Retry", "asked to be tried again")).failure,
                traceback: nil
            )
        case .failForGood(let error): .fatal(error.failure, traceback: nil)
        case .reject: .putBack
        }
    }

    private static func failure(_ error: any Error) -> TaskFailure {
        let name = ErrorName(error)
        return TaskFailure(
            type: name.name,
            message: ErrorText.message(of: error),
            module: name.module
        )
    }
}
