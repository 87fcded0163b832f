internal import TaskQueue

/// A dead letter in a queue of such, as this connection holds it.
///
/// It is the message itself; what is known of its death stands in headers of ours.
struct HeldLetter {
    private enum Header {
        static let key = "tq_dead_key"
        static let id = "tq_dead_id"
        static let reason = "tq_dead_reason"
        static let time = "tq_dead_at"
        static let losses = "tq_dead_losses"
    }

    /// The server's number of the message.
    let number: UInt64
    let letter: StoredLetter

    /// What is written beside the headers of a message that has died.
    static func headers(_ letter: DeadLetter) -> [(key: String, value: JSONText)] {
        [
            (Header.key, JSONText(string: UUIDText.random())),
            (Header.id, letter.id.map { JSONText(string: $0.text) } ?? .null),
            (Header.reason, JSONText(string: letter.reason)),
            (Header.time, JSONText(string: Timestamp.now().iso8601)),
            (Header.losses, .number(letter.delivery.losses)),
        ]
    }

    /// - Parameters:
    ///   - message: that was found.
    ///   - queue: of the task.
    init(_ message: AMQPEvent.Delivered, of queue: QueueName) {
        number = message.tag
        let found = try? message.content.message()
        let headers = found?.headers ?? .emptyObject
        let content = found.map { message in
            var message = message
            message.headers = headers.mapMembers { key, value in
                key.hasPrefix("tq_dead_") ? nil : value
            }
            message.properties = Self.properties(message.properties, queue)
            return RawMessage.parts(message)
        }
        let ownID = headers[key: Header.id]
        letter = StoredLetter(
            key: headers[key: Header.key]?.string ?? "\(message.tag)",
            id: ownID == nil ? TaskMessage.id(in: headers) : ownID?.string.map(TaskID.init),
            task: headers[key: "task"]?.string.flatMap(TaskName.init),
            queue: queue,
            reason: headers[key: Header.reason]?.string ?? message.death
                ?? "another program has put it here",
            losses: headers[key: Header.losses]?.integer ?? 0,
            diedAt: headers[key: Header.time]?.string.flatMap { Timestamp(iso8601: $0) } ?? .now(),
            content: content ?? message.content
        )
    }

    /// As they were on its own queue.
    private static func properties(_ properties: JSONText, _ queue: QueueName) -> JSONText {
        properties.mapMembers { key, value in
            guard key == "delivery_info" else { return value }
            return value.mapMembers { key, value in
                key == "routing_key" ? JSONText(string: queue.text) : value
            }
        }
    }
}

extension JSONText {
    /// An object with other values in the same order, and without those that are `nil`.
    fileprivate func mapMembers(_ value: (String, JSONText) -> JSONText?) -> JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        for member in members ?? [] {
            guard let value = value(member.key, member.value) else { continue }
            writer.key(member.key)
            writer.value(value)
        }
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }
}

extension StoredLetter {
    /// The same without its message, which may be large.
    func withoutMessage() -> StoredLetter {
        StoredLetter(
            key: key,
            id: id,
            task: task,
            queue: queue,
            reason: reason,
            losses: losses,
            diedAt: diedAt,
            content: nil
        )
    }
}
