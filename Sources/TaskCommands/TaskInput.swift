package import TaskQueue

/// The task as a command gets it: one JSON object on stdin, and the environment.
package enum TaskInput {
    /// The object on one line, and a newline, whatever bytes the message holds: one line is one task.
    ///
    /// Values appear in it as they were sent, numbers to the digit: see ``JSONLine``.
    package static func json(_ task: TaskMessage, queue: QueueName) -> [UInt8] {
        var writer = JSONWriter(
            capacity: task.args.bytes.count + task.kwargs.bytes.count + task.headers.bytes.count
                + task.properties.bytes.count + 512
        )
        writer.beginObject()
        writer.field("id", task.id.text)
        writer.field("task", task.task.text)
        writer.field("args", task.args)
        writer.field("kwargs", task.kwargs)
        writer.field("queue", queue.text)
        writer.field("priority", task.priority)
        writer.field("retries", task.retries)
        writer.field("eta", task.eta?.iso8601)
        writer.field("expires", task.expires?.iso8601)
        writer.key("timelimit")
        writer.beginArray()
        writer.value(task.timeLimits.hard)
        writer.value(task.timeLimits.soft)
        writer.endArray()
        writer.field("root_id", task.rootID.text)
        writer.field("parent_id", task.parentID?.text)
        writer.field("group", task.groupID)
        writer.field("headers", task.headers)
        writer.field("properties", task.properties)
        writer.endObject()
        return writer.line
    }

    /// The names of all variables that ``environment(_:)`` may have.
    static let variableNames: Set<String> = [
        "TQ_TASK_ID", "TQ_TASK", "TQ_QUEUE", "TQ_RETRIES", "TQ_ROOT_ID", "TQ_MAX_RETRIES",
        "TQ_DEADLINE", "TRACEPARENT",
    ]

    /// The variables that are added to the worker's environment.
    ///
    /// A value that holds a NUL byte or is too long is left out: the environment cannot carry it.
    static func environment(_ assignment: TaskAssignment) -> [String] {
        let task = assignment.task
        var variables = [
            "TQ_TASK_ID=\(task.id.text)", "TQ_TASK=\(task.task.text)",
            "TQ_QUEUE=\(assignment.queue.text)", "TQ_RETRIES=\(task.retries)",
            "TQ_ROOT_ID=\(task.rootID.text)",
        ]
        if let maxRetries = assignment.maxRetries {
            variables.append("TQ_MAX_RETRIES=\(maxRetries)")
        }
        if let limit = [assignment.limits.soft, assignment.limits.hard].compactMap(\.self).min() {
            let deadline = Timestamp.now() + .microseconds(Int64(limit * 1e6))
            variables.append("TQ_DEADLINE=\(deadline.iso8601)")
        }
        if let trace = task.traceParent { variables.append("TRACEPARENT=\(trace)") }
        return variables.filter {
            !$0.utf8.contains(0) && $0.utf8.count < PositionalArguments.longestWord
        }
    }
}
