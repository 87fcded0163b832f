/// What a handler has to say when it ends.
package enum HandlerAnswer: Sendable {
    case ended(TaskOutcome)
    /// It failed, and that may be because it was cancelled: with an error, or none that says more.
    case failed(TaskFailure)
    /// The same, and it is tried again.
    case retry(TaskFailure)
    /// It gave up because it was cancelled.
    case cancelled
}

extension HandlerAnswer {
    /// What came out of a run that was cancelled for this reason; `nil`: it was not.
    func outcome(_ cancellation: HandlerCancellation?) -> TaskOutcome {
        switch (self, cancellation) {
        case (.ended(let outcome), _): outcome
        case (_, .interruption): .interrupted
        case (.cancelled, .softLimit(let seconds)):
            .failure(LimitBreach.softTime(seconds).failure("it was cancelled"), traceback: nil)
        case (.cancelled, nil):
            .failure(
                TaskFailure(
                    type: "CancellationError",
                    message: "the handler gave up, and had not been cancelled",
                    module: "Swift"
                ),
                traceback: nil
            )
        case (.failed(let failure), _): .failure(failure, traceback: nil)
        case (.retry(let failure), _): .retry(delay: nil, failure, traceback: nil)
        }
    }
}

/// Why a handler is cancelled.
enum HandlerCancellation: Equatable, Sendable {
    /// It has run for so many seconds.
    case softLimit(Double)
    /// The worker stops at once.
    case interruption
}
