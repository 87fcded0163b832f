internal import Glibc

/// Writes messages as Celery's own producers do: fields, types and defaults of task protocol 2.
package struct MessageEncoder: Sendable {
    /// Node name of the sender, `gen<pid>@<host>`, as Celery's clients call themselves.
    package let origin: String
    /// Names this client in `reply_to`; only `rpc://` results use it.
    private let clientID = UUIDText.random()

    package init(origin: String = Self.clientName()) {
        self.origin = origin
    }

    package static func clientName() -> String {
        "gen\(getpid())@\(Host.name)"
    }

    /// Writes the message of a task.
    ///
    /// - Parameters:
    ///   - task: what the message says.
    ///   - deliveryTag: unique for each message, also for two messages of one task.
    /// - Returns: a message of content type JSON.
    package func encode(_ task: OutgoingTask, deliveryTag: String) -> Message {
        Message(
            headers: headers(task),
            properties: properties(task, deliveryTag: deliveryTag),
            body: body(task)
        )
    }

    private func headers(_ task: OutgoingTask) -> JSONText {
        var writer = JSONWriter(capacity: 640)
        writer.beginObject()
        writer.key("lang")
        writer.value("sh")
        writer.key("task")
        writer.value(task.task.text)
        writer.key("id")
        writer.value(task.id.text)
        writer.key("shadow")
        writer.null()
        writer.key("eta")
        writer.value(task.eta?.iso8601)
        writer.key("expires")
        writer.value(task.expires?.iso8601)
        writer.key("group")
        writer.null()
        writer.key("group_index")
        writer.null()
        writer.key("retries")
        writer.value(0)
        writer.key("timelimit")
        writer.beginArray()
        writer.value(task.timeLimits.hard)
        writer.value(task.timeLimits.soft)
        writer.endArray()
        writer.key("root_id")
        writer.value((task.rootID ?? task.id).text)
        writer.key("parent_id")
        writer.value(task.parentID?.text)
        writer.key("argsrepr")
        writer.value(PythonText.tuple(task.args))
        writer.key("kwargsrepr")
        writer.value(PythonText.value(task.kwargs))
        writer.key("origin")
        writer.value(origin)
        writer.key("ignore_result")
        writer.value(task.ignoresResult)
        writer.key("replaced_task_nesting")
        writer.value(0)
        writer.key("stamped_headers")
        writer.null()
        writer.key("stamps")
        writer.beginObject()
        writer.endObject()
        if let maxRetries = task.maxRetries {
            writer.key("max_retries")
            writer.value(maxRetries)
        }
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }

    private func properties(_ task: OutgoingTask, deliveryTag: String) -> JSONText {
        var writer = JSONWriter(capacity: 320)
        writer.beginObject()
        writer.key("correlation_id")
        writer.value(task.id.text)
        writer.key("reply_to")
        writer.value(clientID)
        writer.key("delivery_mode")
        writer.value(2)
        writer.key("delivery_info")
        writer.beginObject()
        writer.key("exchange")
        writer.value("")
        writer.key("routing_key")
        writer.value(task.queue.text)
        writer.endObject()
        writer.key("priority")
        writer.value(task.priority)
        writer.key("body_encoding")
        writer.value("base64")
        writer.key("delivery_tag")
        writer.value(deliveryTag)
        if let expires = task.expires {
            let left = expires.microseconds - Timestamp.now().microseconds
            writer.key("expiration")
            writer.value(String(max(left / 1000, 0)))
        }
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }

    private func body(_ task: OutgoingTask) -> [UInt8] {
        var writer = JSONWriter(capacity: task.args.bytes.count + task.kwargs.bytes.count + 80)
        writer.beginArray()
        writer.value(task.args)
        writer.value(task.kwargs)
        writer.beginObject()
        writer.key("callbacks")
        writer.null()
        writer.key("errbacks")
        writer.null()
        writer.key("chain")
        writer.null()
        writer.key("chord")
        writer.null()
        writer.endObject()
        writer.endArray()
        return writer.bytes
    }
}
