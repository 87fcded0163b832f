internal import Synchronization

/// An answer for which one Swift task waits and which a thread gives; of several the first counts.
final class Reply<Value: Sendable>: Sendable {
    typealias Answer = Result<Value, TaskQueueError>

    private enum State {
        case open
        case awaited(CheckedContinuation<Answer, Never>)
        case given(Answer)
    }

    private let state = Mutex(State.open)

    /// Whether it is still unanswered, and the waiting caller has not given up.
    var isOpen: Bool {
        state.withLock { state in
            if case .given = state { false } else { true }
        }
    }

    func give(_ answer: Answer) {
        let waiting = state.withLock { state -> CheckedContinuation<Answer, Never>? in
            switch state {
            case .given: return nil
            case .open:
                state = .given(answer)
                return nil
            case .awaited(let continuation):
                state = .given(answer)
                return continuation
            }
        }
        waiting?.resume(returning: answer)
    }

    /// Waits, once only: a Swift task that is cancelled has ``TaskQueueError/cancelled`` as its answer.
    func wait() async -> Answer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Answer? in
                    if case .given(let answer) = state { return answer }
                    state = .awaited(continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            give(.failure(.cancelled))
        }
    }
}
