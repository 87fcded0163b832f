/// The text that the messages of many tasks have in common, in pieces, and the filling in of the rest.
///
/// A piece ends where a value follows that differs from message to message.
package final class MessageTemplate: Sendable {
    /// The task for which the pieces were written.
    private let model: OutgoingTask
    private let headers: [[UInt8]]
    private let properties: [[UInt8]]
    private static let bodyEnd = Array(
        #",{"callbacks":null,"errbacks":null,"chain":null,"chord":null}]"#.utf8
    )

    /// - Parameters:
    ///   - task: whose name, queue and options the messages will have.
    ///   - origin: node name of the sender.
    ///   - clientID: names the sender in `reply_to`.
    init(_ task: OutgoingTask, origin: String, clientID: String) {
        model = task
        headers = Self.headers(task, origin: origin)
        properties = Self.properties(task, clientID: clientID)
    }

    /// Whether a task's message can be written with this template.
    package func fits(_ task: OutgoingTask) -> Bool {
        model.task == task.task && model.queue == task.queue && model.priority == task.priority
            && model.timeLimits == task.timeLimits && model.maxRetries == task.maxRetries
            && model.ignoresResult == task.ignoresResult && model.parentID == task.parentID
            && model.unique == task.unique && model.isPeriodic == task.isPeriodic
    }

    /// The message of a task that ``fits(_:)``; see ``MessageEncoder/encode(_:deliveryTag:)``.
    func message(_ task: OutgoingTask, deliveryTag: String) -> Message {
        Message(
            headers: headers(task),
            properties: properties(task, deliveryTag: deliveryTag),
            body: body(task)
        )
    }
}

// MARK: - Pieces

extension MessageTemplate {
    private static func headers(_ task: OutgoingTask, origin: String) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("lang")
        writer.value("sh")
        writer.key("task")
        writer.value(task.task.text)
        writer.key("id")
        pieces.append(writer.cut())
        writer.key("shadow")
        writer.null()
        writer.key("eta")
        pieces.append(writer.cut())
        writer.key("expires")
        pieces.append(writer.cut())
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
        pieces.append(writer.cut())
        writer.key("parent_id")
        writer.value(task.parentID?.text)
        writer.key("argsrepr")
        pieces.append(writer.cut())
        writer.key("kwargsrepr")
        pieces.append(writer.cut())
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
        if let unique = task.unique {
            writer.key(UniqueHold.keyHeader)
            writer.value(unique.key)
            if let lifetime = unique.lifetime {
                writer.key(UniqueHold.lifetimeHeader)
                writer.value(Double(lifetime.microseconds) / 1_000_000)
            }
        }
        if task.isPeriodic {
            writer.key("celery_beat_task")
            writer.value(true)
        }
        writer.endObject()
        return pieces + [writer.bytes]
    }

    private static func properties(_ task: OutgoingTask, clientID: String) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("correlation_id")
        pieces.append(writer.cut())
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
        return pieces + [writer.cut()]
    }
}

// MARK: - Messages

extension MessageTemplate {
    private func headers(_ task: OutgoingTask) -> JSONText {
        let args = PythonText.tuple(task.args)
        let kwargs = PythonText.value(task.kwargs)
        var text: [UInt8] = []
        text.reserveCapacity(
            headers.reduce(160) { $0 + $1.count } + args.utf8.count + kwargs.utf8.count
        )
        text.append(contentsOf: headers[0])
        JSONString.append(task.id.text, to: &text)
        text.append(contentsOf: headers[1])
        Self.append(task.eta, to: &text)
        text.append(contentsOf: headers[2])
        Self.append(task.expires, to: &text)
        text.append(contentsOf: headers[3])
        JSONString.append((task.rootID ?? task.id).text, to: &text)
        text.append(contentsOf: headers[4])
        JSONString.append(args, to: &text)
        text.append(contentsOf: headers[5])
        JSONString.append(kwargs, to: &text)
        text.append(contentsOf: headers[6])
        if !task.headers.isEmpty { Self.add(task.headers, to: &text) }
        return JSONText(wellFormed: text)
    }

    /// Adds members to an object that has some.
    private static func add(_ headers: [String: String], to object: inout [UInt8]) {
        object.removeLast()
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            object.append(UInt8(ascii: ","))
            JSONString.append(name, to: &object)
            object.append(UInt8(ascii: ":"))
            JSONString.append(value, to: &object)
        }
        object.append(UInt8(ascii: "}"))
    }

    private func properties(_ task: OutgoingTask, deliveryTag: String) -> JSONText {
        var text: [UInt8] = []
        text.reserveCapacity(properties[0].count + properties[1].count + 128)
        text.append(contentsOf: properties[0])
        JSONString.append(task.id.text, to: &text)
        text.append(contentsOf: properties[1])
        JSONString.append(deliveryTag, to: &text)
        if let expires = task.expires {
            let left = expires.microseconds - Timestamp.now().microseconds
            text.append(contentsOf: #","expiration":"\#(max(left / 1000, 0))""#.utf8)
        }
        text.append(UInt8(ascii: "}"))
        return JSONText(wellFormed: text)
    }

    private func body(_ task: OutgoingTask) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(
            task.args.bytes.count + task.kwargs.bytes.count + Self.bodyEnd.count + 2
        )
        text.append(UInt8(ascii: "["))
        text.append(contentsOf: task.args.bytes)
        text.append(UInt8(ascii: ","))
        text.append(contentsOf: task.kwargs.bytes)
        text.append(contentsOf: Self.bodyEnd)
        return text
    }

    private static func append(_ time: Timestamp?, to text: inout [UInt8]) {
        guard let time else { return text.append(contentsOf: JSONText.null.bytes) }
        JSONString.append(time.iso8601, to: &text)
    }
}
