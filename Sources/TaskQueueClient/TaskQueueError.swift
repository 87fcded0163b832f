internal import Connections
package import TaskQueue

/// Why something could not be done; the failure of a task itself is a ``TaskError``.
public struct TaskQueueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program can tell apart.
    public enum Kind: Hashable, Sendable {
        /// The settings file or an URL cannot be used.
        case settings
        /// The task cannot be sent as it is described.
        case request
        /// A server cannot be reached, or will not do it now: trying again later may help.
        case unavailable
        /// A server or file cannot be used as it is: wrong password, full disk.
        case unusable
        /// The task's result has another type, or no result is kept.
        case result
        /// The task has not ended in time; it may still.
        case timedOut
        /// The Swift task was cancelled: either before, and nothing was done, or while it waited; the description
        /// says which.
        case cancelled
        /// The client was closed, or the worker has run before.
        case closed
    }

    /// The kind of error.
    public let kind: Kind
    /// A sentence for people; without passwords.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

extension TaskQueueError {
    package init(_ error: BrokerError) {
        self.init(error.mayPass ? .unavailable : .unusable, error.description)
    }

    init(_ problem: ConnectionProblem) {
        self.init(.settings, problem.message)
    }

    /// A value from the program itself cannot be used.
    package static func badConfiguration(_ sentence: String) -> TaskQueueError {
        TaskQueueError(.settings, sentence)
    }

    package static func badQueueName(_ text: String) -> TaskQueueError {
        TaskQueueError(
            .settings,
            "'\(text)' cannot name a queue: \(QueueName.objection(text))"
        )
    }

    package static let noHandlers = TaskQueueError(
        .settings,
        "no handler is registered: such a worker would set all tasks aside; call tasks.on in its closure"
    )

    static let closed = TaskQueueError(.closed, "the client of the task queue was closed")
    static let cancelled = TaskQueueError(
        .cancelled,
        "nobody waited for the answer any more; whether it was done is not known"
    )
    static let cancelledBefore = TaskQueueError(
        .cancelled,
        "the Swift task was cancelled before: nothing was done"
    )
    package static let hasRun = TaskQueueError(
        .closed,
        "a TaskWorker runs once: make another to run again, or more at once"
    )

    static func timedOut(_ id: TaskID, after time: Duration) -> TaskQueueError {
        TaskQueueError(.timedOut, "task \(id) has not ended in \(DurationText.format(time))")
    }

    static func noResult(of id: TaskID) -> TaskQueueError {
        TaskQueueError(
            .result,
            "no result of task \(id) is kept (ignore_result), so nobody can wait for it"
        )
    }

    /// `what` is the result of a task, or a report on its progress.
    static func notDecoded(_ what: String, as type: Any.Type, _ error: any Error) -> Self {
        TaskQueueError(.result, "\(what) cannot be read as \(type): \(reason(error))")
    }

    static func notEncoded(_ task: String, _ error: any Error) -> Self {
        TaskQueueError(
            .request,
            "the arguments of task \(task) cannot be written as JSON: \(reason(error))"
        )
    }

    static func notNamed(_ task: String) -> Self {
        TaskQueueError(
            .request,
            "the arguments of task \(task) have no names: give a dictionary, or a value with properties"
        )
    }

    private static func reason(_ error: any Error) -> String {
        CodingProblem(error)?.description ?? "\(error)"
    }
}
