internal import TaskQueue

/// Where a task stands.
public enum TaskStatus: Hashable, Sendable {
    /// It was never sent, or its result has expired, was forgotten or is not kept.
    case unknown
    /// It was sent, and nothing more is known: it waits, is delayed, or runs and has not said so.
    case pending
    /// It has begun and not ended; in Celery's word: `STARTED`, `PROGRESS`, `RETRY`, or one of the task's own.
    case underWay(String)
    /// It has ended, and has a result.
    case succeeded
    /// It has ended with a ``TaskError``.
    case failed
    /// It was revoked, or had expired before it could run.
    case revoked
}

extension TaskStatus {
    init(_ status: ResultStatus) {
        self =
            switch status {
            case .unknown: .unknown
            case .pending: .pending
            case .stored(let record): TaskStatus(record.state)
            }
    }

    private init(_ state: TaskState) {
        self =
            switch state {
            case .success: .succeeded
            case .failure: .failed
            case .revoked: .revoked
            case .pending: .pending
            default: .underWay(state.rawValue)
            }
    }
}
