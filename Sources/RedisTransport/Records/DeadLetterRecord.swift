internal import TaskQueue

/// A dead letter as it is kept in Redis: one JSON object.
///
///     {"tag", "id", "task", "queue", "reason", "losses", "message"}
///
/// `message` is the list element as it was found, in base64: it need not be JSON, nor even text. `tag`
/// makes the member unique.
enum DeadLetterRecord {
    /// What a letter begins with that has a tag.
    static func start(_ tag: String) -> String { "{\"tag\":\(JSONText(string: tag).text)," }

    static func json(_ letter: DeadLetter) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("tag", letter.delivery.tag)
        writer.field("id", letter.id?.text)
        writer.field("task", letter.task?.text)
        writer.field("queue", letter.delivery.queue.text)
        writer.field("reason", letter.reason)
        writer.field("losses", letter.delivery.losses)
        writer.key("message")
        writer.base64(letter.delivery.content.envelope)
        writer.endObject()
        return writer.bytes
    }

    /// Reads a record, with or without its message.
    ///
    /// - Returns: `nil` if the bytes are not a record.
    static func decode(_ json: [UInt8], queue: QueueName, diedAt: Timestamp) -> StoredLetter? {
        guard let fields = try? JSONFields(json), let tag = fields.string("tag") else { return nil }
        let message = fields.string("message").flatMap { Base64.decode($0.utf8) }
        return StoredLetter(
            key: tag,
            id: fields.string("id").map(TaskID.init),
            task: fields.string("task").flatMap(TaskName.init),
            queue: queue,
            reason: fields.string("reason") ?? "",
            losses: fields["losses"]?.integer ?? 0,
            diedAt: diedAt,
            content: message.map { .kombu($0) }
        )
    }
}
