/// The messages by which a task goes on after it has run.
extension TaskMessage {
    /// The message by which it is run again, as Celery's workers write it (`celery-wire`, section 6.4).
    ///
    /// - Parameters:
    ///   - message: as it was taken.
    ///   - queue: from which it was taken, and to which it goes.
    ///   - eta: not before.
    /// - Returns: a message with the same id, and a delivery tag of its own.
    package func retry(_ message: Message, queue: QueueName, eta: Timestamp) -> OutgoingMessage {
        var next = protocol2(message)
        next.headers = next.headers.setting([
            ("retries", .number(retries + 1)),
            ("eta", JSONText(string: eta.iso8601)),
            // A task that no other has sent becomes its own child.
            ("parent_id", JSONText(string: (parentID ?? id).text)),
            // It was not lost with a worker: that count begins anew.
            ("tq_losses", .number(0)),
        ])
        next.properties = newTag(next.properties)
        Redelivery.remove(from: &next)
        return outgoing(next, task: task, queue: queue, eta: eta)
    }

    /// The message of a task that runs in its place: under its id, with what is to follow it
    /// (`celery-wire`, section 4.6).
    ///
    /// - Parameters:
    ///   - replacement: that task.
    ///   - message: as this one was taken.
    ///   - queue: where it goes if the signature names none.
    ///   - now: from which a countdown counts.
    /// - Returns: a message with this task's id.
    package func replacement(
        _ replacement: Replacement,
        _ message: Message,
        queue: QueueName,
        now: Timestamp
    ) -> OutgoingMessage {
        guard let options = replacement.options else {
            preconditionFailure("a workflow is several messages")
        }
        let signature = replacement.signature
        let target = options.task.queue ?? queue
        let eta = options.task.eta?.instant(from: now)
        let expires = options.task.expires?.instant(from: now)
        var next = protocol2(message)
        next.headers = next.headers.setting(
            options.headers + headers(of: signature, options, eta: eta, expires: expires)
        )
        next.properties = newTag(next.properties).setting(
            properties(of: options, queue: target, expires: expires, now: now)
        )
        Redelivery.remove(from: &next)
        next.body = Self.body(
            args: signature.args,
            kwargs: signature.kwargs,
            embed: embed(adding: options)
        )
        next.contentType = Message.jsonType
        return OutgoingMessage(
            id: id,
            task: signature.task,
            queue: target,
            priority: options.task.priority ?? priority,
            eta: eta,
            expectsResult: !(options.task.ignoresResult ?? ignoresResult),
            message: next
        )
    }

    /// The headers of a message that is sent again by an operator: what was counted begins anew.
    ///
    /// - Returns: `nil` if nothing was.
    package static func renewed(_ headers: JSONText) -> JSONText? {
        let zero = JSONText(wellFormed: [UInt8(ascii: "0")])
        let counts = ["tq_losses", "retries"].filter { key in
            headers[key: key].map { $0 != zero } ?? false
        }
        return counts.isEmpty ? nil : headers.setting(counts.map { ($0, zero) })
    }

    private func outgoing(
        _ message: Message,
        task: TaskName,
        queue: QueueName,
        eta: Timestamp?
    ) -> OutgoingMessage {
        OutgoingMessage(
            id: id,
            task: task,
            queue: queue,
            priority: priority,
            eta: eta,
            expectsResult: !ignoresResult,
            message: message
        )
    }

    /// A tag names one message; and whatever the body was sent in, ``Envelope`` writes base64.
    private func newTag(_ properties: JSONText) -> JSONText {
        properties.setting([
            ("delivery_tag", JSONText(string: UUIDText.random())),
            ("body_encoding", JSONText(string: "base64")),
        ])
    }

    /// The message itself, or what it would be had its sender known protocol 2.
    private func protocol2(_ message: Message) -> Message {
        guard message.headers[key: "task"] == nil else { return message }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("lang")
        writer.value("py")
        writer.key("task")
        writer.value(task.text)
        writer.key("id")
        writer.value(id.text)
        writer.key("expires")
        writer.value(expires?.iso8601)
        writer.key("group")
        writer.value(groupID)
        writer.key("timelimit")
        writer.beginArray()
        writer.value(timeLimits.hard)
        writer.value(timeLimits.soft)
        writer.endArray()
        writer.key("root_id")
        writer.value(rootID.text)
        writer.key("ignore_result")
        writer.value(ignoresResult)
        writer.endObject()
        return Message(
            headers: JSONText(wellFormed: writer.bytes),
            properties: properties,
            body: Self.body(args: args, kwargs: kwargs, embed: embed)
        )
    }

    private static func body(args: JSONText, kwargs: JSONText, embed: JSONText) -> [UInt8] {
        var writer = JSONWriter(capacity: args.bytes.count + kwargs.bytes.count + 100)
        writer.beginArray()
        writer.value(args)
        writer.value(kwargs)
        writer.value(embed)
        writer.endArray()
        return writer.bytes
    }
}
