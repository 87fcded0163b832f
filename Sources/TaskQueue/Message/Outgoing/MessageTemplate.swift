/// The text that the messages of many tasks have in common, in pieces, and the filling in of the rest.
///
/// A piece ends where a value follows that differs from message to message.
package final class MessageTemplate: Sendable {
    /// All that stands in the pieces, but for the sender.
    private let options: MessageOptions
    private let headers: [[UInt8]]
    private let properties: [[UInt8]]
    private let bodyEnd: [UInt8]
    private static let plainBodyEnd = Array(
        #",{"callbacks":null,"errbacks":null,"chain":null,"chord":null}]"#.utf8
    )

    /// - Parameters:
    ///   - options: of the messages.
    ///   - origin: node name of the sender.
    ///   - replyTo: where the sender listens for results.
    init(_ options: MessageOptions, origin: String, replyTo: ReplyAddress) {
        self.options = options
        headers = Self.headers(options, origin: origin)
        properties = Self.properties(options, replyTo: replyTo)
        bodyEnd =
            options.shared.embed.map { [UInt8(ascii: ",")] + $0.bytes + [UInt8(ascii: "]")] }
            ?? Self.plainBodyEnd
    }

    /// Whether a task's message can be written with this template.
    package func fits(_ task: OutgoingTask) -> Bool {
        options == task.options
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
    private static func headers(_ options: MessageOptions, origin: String) -> [[UInt8]] {
        let shared = options.shared
        var pieces: [[UInt8]] = []
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("lang")
        writer.value("sh")
        writer.key("task")
        writer.value(options.task.text)
        writer.key("id")
        pieces.append(writer.cut())
        writer.key("shadow")
        writer.null()
        writer.key("eta")
        pieces.append(writer.cut())
        writer.key("expires")
        pieces.append(writer.cut())
        writer.key("group")
        writer.value(shared.groupID)
        writer.key("group_index")
        pieces.append(writer.cut())
        writer.key("retries")
        writer.value(0)
        writer.key("timelimit")
        writer.beginArray()
        writer.value(shared.timeLimits.hard)
        writer.value(shared.timeLimits.soft)
        writer.endArray()
        writer.key("root_id")
        pieces.append(writer.cut())
        writer.key("parent_id")
        writer.value(shared.parentID?.text)
        writer.key("argsrepr")
        pieces.append(writer.cut())
        writer.key("kwargsrepr")
        pieces.append(writer.cut())
        writer.key("origin")
        writer.value(origin)
        writer.key("ignore_result")
        writer.value(options.ignoresResult)
        writer.key("replaced_task_nesting")
        writer.value(0)
        writer.key("stamped_headers")
        writer.null()
        writer.key("stamps")
        writer.beginObject()
        writer.endObject()
        writeOptional(shared, to: &writer)
        writer.endObject()
        return pieces + [writer.bytes]
    }

    /// Headers that Celery's messages have only where there is something to say, or never.
    private static func writeOptional(_ shared: SharedOptions, to writer: inout JSONWriter) {
        if let maxRetries = shared.maxRetries {
            writer.key("max_retries")
            writer.value(maxRetries)
        }
        if let unique = shared.unique {
            writer.key(UniqueHold.keyHeader)
            writer.value(unique.key)
            if let lifetime = unique.lifetime {
                writer.key(UniqueHold.lifetimeHeader)
                writer.value(Double(lifetime.microseconds) / 1_000_000)
            }
        }
        if shared.isPeriodic {
            writer.key("celery_beat_task")
            writer.value(true)
        }
    }

    private static func properties(_ options: MessageOptions, replyTo: ReplyAddress) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("correlation_id")
        pieces.append(writer.cut())
        writer.key("reply_to")
        writer.value(replyTo.queue)
        writer.key("delivery_mode")
        writer.value(2)
        writer.key("delivery_info")
        writer.beginObject()
        writer.key("exchange")
        writer.value("")
        writer.key("routing_key")
        writer.value(options.queue.text)
        writer.endObject()
        writer.key("priority")
        writer.value(options.priority)
        writer.key("body_encoding")
        writer.value("base64")
        writer.key("delivery_tag")
        return pieces + [writer.cut()]
    }
}

// MARK: - Messages

extension MessageTemplate {
    private func headers(_ task: OutgoingTask) -> JSONText {
        let args = PythonText.tuple(task.arguments.args)
        let kwargs = PythonText.value(task.arguments.kwargs)
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
        Self.append(task.groupIndex, to: &text)
        text.append(contentsOf: headers[4])
        JSONString.append((task.rootID ?? task.id).text, to: &text)
        text.append(contentsOf: headers[5])
        JSONString.append(args, to: &text)
        text.append(contentsOf: headers[6])
        JSONString.append(kwargs, to: &text)
        text.append(contentsOf: headers[7])
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
            task.arguments.args.bytes.count + task.arguments.kwargs.bytes.count
                + bodyEnd.count + 2
        )
        text.append(UInt8(ascii: "["))
        text.append(contentsOf: task.arguments.args.bytes)
        text.append(UInt8(ascii: ","))
        text.append(contentsOf: task.arguments.kwargs.bytes)
        text.append(contentsOf: bodyEnd)
        return text
    }

    private static func append(_ number: Int?, to text: inout [UInt8]) {
        guard let number else { return text.append(contentsOf: JSONText.null.bytes) }
        text.append(contentsOf: String(number).utf8)
    }

    private static func append(_ time: Timestamp?, to text: inout [UInt8]) {
        guard let time else { return text.append(contentsOf: JSONText.null.bytes) }
        JSONString.append(time.iso8601, to: &text)
    }
}
