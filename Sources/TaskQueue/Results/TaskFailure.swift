/// An error as a result record holds it: what Celery's readers raise as an exception.
package struct TaskFailure: Equatable, Sendable {
    /// Class name of the exception: `CommandFailed`, `ValueError`.
    package let type: String
    /// The exception's arguments: an array, or a string from some writers.
    package let message: JSONText
    /// Where the class is defined; `nil` if the record does not say.
    package let module: String?

    package init(type: String, message: String, module: String) {
        self.type = type
        var arguments = JSONWriter()
        arguments.beginArray()
        arguments.value(message)
        arguments.endArray()
        self.message = JSONText(wellFormed: arguments.bytes)
        self.module = module
    }

    /// `arguments` is a JSON array.
    package init(type: String, arguments: JSONText, module: String) {
        self.type = type
        message = arguments
        self.module = module
    }

    /// Reads the `result` of a failed record; `nil` if it is not an exception.
    package init?(_ result: JSONText) {
        guard let type = result[key: "exc_type"]?.string else { return nil }
        self.type = type
        message = result[key: "exc_message"] ?? .emptyArray
        module = result[key: "exc_module"]?.string
    }

    /// Of a command that has failed, or cannot be run.
    package static func command(_ reason: String) -> TaskFailure {
        TaskFailure(type: "CommandFailed", message: reason, module: "tq")
    }

    /// Whether it is the one that tq itself gives to a command that has failed.
    var isOurs: Bool { type == "CommandFailed" && module == "tq" }

    /// The failure, with a remark added to its message if that is a text.
    func adding(_ remark: String) -> TaskFailure {
        guard let arguments = message.elements, arguments.count == 1, let text = arguments[0].string
        else { return self }
        return TaskFailure(type: type, message: "\(text) (\(remark))", module: module ?? "")
    }

    /// Of a task that was not run; Celery's reasons are `expired` and `revoked`.
    package static func revoked(because reason: String) -> TaskFailure {
        TaskFailure(type: "TaskRevokedError", message: reason, module: "celery.exceptions")
    }

    package var json: JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("exc_type", type)
        writer.field("exc_message", message)
        writer.field("exc_module", module)
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }
}

extension TaskFailure {
    /// The arguments as Python prints them: one as it is, several as JSON; empty if there are none.
    package var text: String {
        let arguments = message.elements ?? [message]
        if arguments.isEmpty { return "" }
        return arguments.count == 1 ? arguments[0].string ?? arguments[0].text : message.text
    }
}

extension TaskFailure: CustomStringConvertible {
    /// As Python prints it: `ValueError: boom`.
    package var description: String {
        message.elements?.isEmpty == true ? type : "\(type): \(text)"
    }
}
