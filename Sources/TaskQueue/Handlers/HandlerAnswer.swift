/// How a handler ended.
package enum HandlerAnswer: Sendable {
    case ended(TaskOutcome)
    /// It failed, perhaps because it was cancelled, with an error from something that it calls.
    case failed(TaskFailure)
    /// The same, and it is tried again.
    case retry(TaskFailure)
    /// It failed with an error of its own choice; it is tried again only if it broke no limit.
    case chosen(TaskFailure, isRetried: Bool)
    /// It gave up because it was cancelled.
    case cancelled
}

extension HandlerAnswer {
    /// The outcome of a run that was cancelled for this reason; `nil`: it was not cancelled.
    func outcome(_ cancellation: HandlerCancellation?) -> TaskOutcome {
        switch (self, cancellation) {
        // A cancellation is not the task's fault, whatever the handler makes of it.
        case (.ended(let outcome), .interruption) where outcome.isFailure: .interrupted
        case (.ended(let outcome), _): outcome
        case (_, .interruption): .interrupted
        case (.cancelled, .softLimit(let seconds)):
            .failure(LimitBreach.softTime(seconds).failure("it was cancelled"), traceback: nil)
        case (.failed(let failure), .softLimit(let seconds)),
            (.retry(let failure), .softLimit(let seconds)):
            .failure(
                LimitBreach.softTime(seconds).failure("it was cancelled, and threw \(failure)"),
                traceback: nil
            )
        case (.chosen(let failure, _), .softLimit), (.chosen(let failure, isRetried: false), nil):
            .failure(failure, traceback: nil)
        case (.chosen(let failure, isRetried: true), nil):
            .retry(delay: nil, failure, traceback: nil)
        case (.cancelled, nil):
            .failure(
                TaskFailure(
                    type: "CancellationError",
                    message: "the handler gave up, and had not been cancelled",
                    module: "Swift"
                ),
                traceback: nil
            )
        case (.failed(let failure), nil): .failure(failure, traceback: nil)
        case (.retry(let failure), nil): .retry(delay: nil, failure, traceback: nil)
        }
    }
}

/// Why a handler is cancelled.
enum HandlerCancellation: Equatable, Sendable {
    /// It has run for this many seconds.
    case softLimit(Double)
    /// The worker stops at once.
    case interruption
}
