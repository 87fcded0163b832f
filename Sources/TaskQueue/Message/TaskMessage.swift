/// A task as a worker was given it: Celery's task protocol 2, or 1 where a client still sends it.
///
/// A class, though it never changes: it is handed on from step to step, and each copy of its many parts
/// would be counted.
package final class TaskMessage: Sendable {
    package let id: TaskID
    /// The id as the message writes it, if it is a type of Kombu's and not a text; `nil`: it is a text.
    let spelledID: JSONText?
    package let task: TaskName
    /// The positional arguments: a JSON array, as it was sent.
    package let args: JSONText
    /// The keyword arguments: a JSON object, as it was sent.
    package let kwargs: JSONText
    /// Callbacks, errbacks, chain and chord: an object, or null.
    package let embed: JSONText
    /// Not to be run before; `nil`: at once.
    package let eta: Timestamp?
    /// Not to be run after; `nil`: at any time.
    package let expires: Timestamp?
    package let retries: Int
    /// W3C's trace context; `nil`: there is none.
    package let traceParent: String?
    /// How often it may be tried again; `nil`: the worker's settings say.
    package let maxRetries: Int?
    package let timeLimits: TimeLimits
    package let ignoresResult: Bool
    /// First task of the workflow; its own id if the message names none.
    package let rootID: TaskID
    /// The task that sent this one; `nil`: a client did.
    package let parentID: TaskID?
    package let groupID: String?
    /// All headers, as they came: an object.
    package let headers: JSONText
    /// All properties, as they came: an object.
    package let properties: JSONText

    private init(
        _ fields: MessageFields,
        args: JSONText,
        kwargs: JSONText,
        embed: JSONText,
        message: Message
    ) throws(MessageError) {
        guard let id = try fields.identifier("id"), !id.isEmpty else { throw .missing(field: "id") }
        guard let task = try fields.text("task").flatMap(TaskName.init) else {
            throw .unexpected(part: "the task name", expected: "a text without control characters")
        }
        guard args.kind == .array else { throw .unexpected(part: "args", expected: "an array") }
        guard kwargs.kind == .object else {
            throw .unexpected(part: "kwargs", expected: "an object")
        }
        self.id = TaskID(id)
        spelledID = fields.spelling("id")
        self.task = task
        self.args = args
        self.kwargs = kwargs
        self.embed = embed
        eta = try fields.timestamp("eta")
        expires = try fields.timestamp("expires")
        retries = try fields.retries("retries") ?? 0
        maxRetries = fields.mostRetries("max_retries")
        traceParent = try? fields.text("traceparent")
        timeLimits = try fields.timeLimits("timelimit")
        ignoresResult = fields.isTrue("ignore_result")
        rootID = TaskID(fields.relation("root_id") ?? id)
        parentID = fields.relation("parent_id").map(TaskID.init)
        // Protocol 1 has another word for it.
        groupID = fields.relation("group") ?? fields.relation("taskset")
        headers = message.headers
        properties = message.properties
    }
}

extension TaskMessage {
    /// Reads a message.
    ///
    /// - Throws: ``MessageError`` saying what is wrong with it: the reason it becomes a dead letter.
    package convenience init(_ message: Message, body reader: BodyReader) throws(MessageError) {
        let headers = try MessageFields(message.headers, part: "the headers")
        let content = try reader.json(of: message, compression: try Self.compression(headers))
        guard try headers.text("task") != nil else {
            guard headers.value("id") == nil else { throw .missing(field: "task name") }
            try self.init(protocol1: message, body: content)
            return
        }
        let body = try Self.triple(of: content)
        try self.init(
            headers,
            args: body.args,
            kwargs: body.kwargs,
            embed: body.embed,
            message: message
        )
    }

    /// 0 to 9; on Redis and SQLite 0 is served first.
    package var priority: Int { min(max(properties[key: "priority"]?.integer ?? 0, 0), 9) }

    /// Whether it is too late to run it.
    func hasExpired(_ now: Timestamp) -> Bool { expires.map { $0 <= now } ?? false }

    /// The id that a message claims to have, however broken the rest may be; `nil` if there is none.
    package static func id(of message: Message) -> TaskID? {
        id(in: message.headers)
    }

    /// The same from a message's headers.
    package static func id(in headers: JSONText) -> TaskID? {
        guard let value = headers[key: "id"] else { return nil }
        return (value.string ?? KombuValue.text(value)).map(TaskID.init)
    }

    /// Protocol 1: everything stands in the body (`celery-wire`, section 3.4).
    private convenience init(protocol1 message: Message, body: JSONText) throws(MessageError) {
        guard body.kind == .object else { throw .missing(field: "task name") }
        let fields = try MessageFields(body, part: "the body")
        guard try fields.text("task") != nil else { throw .missing(field: "task name") }
        try self.init(
            fields,
            args: fields.value("args") ?? .emptyArray,
            kwargs: fields.value("kwargs") ?? .emptyObject,
            embed: Self.embed(of: fields),
            message: message
        )
    }

    /// `nil`: it is not compressed.
    private static func compression(_ headers: MessageFields) throws(MessageError) -> String? {
        let name = try headers.text("compression")
        return name?.isEmpty == true ? nil : name
    }

    private static func triple(
        of body: JSONText
    ) throws(MessageError) -> (args: JSONText, kwargs: JSONText, embed: JSONText) {
        guard let parts = body.elements(count: 3) else {
            throw .unexpected(part: "the body", expected: "an array of args, kwargs and embed")
        }
        guard parts[2].kind == .object || parts[2].kind == .null else {
            throw .unexpected(part: "the body's third element", expected: "an object or null")
        }
        return (parts[0], parts[1], parts[2])
    }

    private static func embed(of fields: MessageFields) -> JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("callbacks")
        writer.value(fields.value("callbacks") ?? .null)
        writer.key("errbacks")
        writer.value(fields.value("errbacks") ?? .null)
        writer.key("chain")
        writer.null()
        writer.key("chord")
        writer.value(fields.value("chord") ?? .null)
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }
}
