internal import CommandSupport
package import TaskQueue

/// Why something could not be done; what a task itself ended with is a ``TaskError``.
public struct TaskQueueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What programs tell apart.
    public enum Kind: Hashable, Sendable {
        /// The settings file or an URL cannot be used.
        case settings
        /// The task cannot be sent as it is described.
        case request
        /// A server cannot be reached, or will not do it now: trying again later may help.
        case unavailable
        /// A server or file cannot be used as it is: wrong password, full disk.
        case unusable
        /// The task's result is of another type, or none is kept.
        case result
        /// The task has not ended in time; it may still.
        case timedOut
        /// The Swift task that waited was cancelled.
        case cancelled
        /// The client was closed.
        case closed
    }

    /// What it is a case of.
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

    init(_ error: CommandError) {
        self.init(.settings, error.message ?? "the settings cannot be used")
    }

    package static func badQueueName(_ text: String) -> TaskQueueError {
        TaskQueueError(
            .settings,
            "'\(text)' cannot name a queue: use text without control characters"
        )
    }

    static let closed = TaskQueueError(.closed, "the client of the task queue was closed")
    static let cancelled = TaskQueueError(
        .cancelled,
        "nobody waited for the answer any more; whether it was done is not known"
    )
    static let noDescriptor = TaskQueueError(
        .unavailable,
        "no descriptor is left for a client of the task queue: raise the limit of open files (ulimit -n)"
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

    private static func reason(_ error: any Error) -> String {
        let context: (path: [any CodingKey], text: String)? =
            switch error {
            case DecodingError.typeMismatch(_, let context),
                DecodingError.valueNotFound(_, let context),
                DecodingError.keyNotFound(_, let context),
                DecodingError.dataCorrupted(let context):
                (context.codingPath, context.debugDescription)
            case EncodingError.invalidValue(_, let context):
                (context.codingPath, context.debugDescription)
            default: nil
            }
        guard let context else { return "\(error)" }
        let path = context.path.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? context.text : "\(path): \(context.text)"
    }
}
