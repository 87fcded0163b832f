package import TaskQueue

/// A failure, as a result holds it.
///
/// Every client, in any language, sees the one that a handler throws. The one that a client throws is how the
/// task ended.
public struct TaskError: Error, Equatable {
    /// Tells kinds of failure apart: the name of an exception's class where Python wrote or reads it.
    public var type: String
    /// For people.
    public var message: String
    /// Python's traceback, or the end of a command's standard error; `nil`: there is none.
    ///
    /// The traceback of a handler is not stored.
    public var traceback: String?

    /// A failure with its type, and the message that people read.
    public init(_ type: String, _ message: String) {
        self.type = type
        self.message = message
    }
}

extension TaskError: CustomStringConvertible {
    public var description: String { message.isEmpty ? type : "\(type): \(message)" }
}

extension TaskError {
    /// The failure of a record.
    package init(_ failure: TaskFailure, traceback: String?) {
        type = failure.type
        message = failure.text
        self.traceback = traceback
    }

    /// As a record has it.
    package var failure: TaskFailure { TaskFailure(type: type, message: message, module: "tq") }
}
