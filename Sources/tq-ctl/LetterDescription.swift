import CommandSupport
import TaskQueue

extension StoredLetter {
    /// What is listed of it; the first three name it.
    var fields: [Field] {
        [
            Field("id", .text(name)),
            Field("task", .text(task?.text)),
            Field("queue", .text(queue.text)),
            Field("died_at", .past(diedAt)),
            Field("losses", .number(losses)),
            Field("reason", .text(reason)),
        ]
    }
}

/// All that is known of a dead letter.
struct LetterDescription {
    private let letter: StoredLetter
    /// `nil`: it cannot be read as a message.
    private let message: Message?

    init(_ letter: StoredLetter) {
        self.letter = letter
        message = letter.content.flatMap { content in
            try? content.message()
        }
    }

    /// A line with one object; `message` is the message as Kombu keeps it in Redis, or null if it is not one,
    /// and then `bytes` has what was found, in base64.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for field in letter.fields { field.write(to: &writer) }
        writer.key("message")
        if let message {
            writer.value(wellFormed: Envelope.encode(message))
        } else {
            writer.null()
            writer.key("bytes")
            writer.base64(bytes)
        }
        writer.endObject()
        return writer.line
    }

    /// A line for each thing that is known, safe for a terminal, and an empty one.
    var text: [UInt8] {
        var lines: [(String, String)] = [
            ("id", letter.name), ("task", letter.task?.text ?? "-"), ("queue", letter.queue.text),
            ("died at", letter.diedAt.iso8601), ("losses", "\(letter.losses)"),
            ("reason", letter.reason),
        ]
        if let message {
            lines += [
                ("headers", message.headers.compact.text),
                ("properties", message.properties.compact.text),
                ("content type", message.contentType),
                ("body", String(decoding: message.body, as: UTF8.self)),
            ]
        } else {
            lines.append(("message", String(decoding: bytes, as: UTF8.self)))
        }
        var text = ""
        for (name, value) in lines {
            let gap = String(repeating: " ", count: 14 - name.utf8.count)
            text += "\(name)\(gap)\(Diagnostics.oneLine(value))\n"
        }
        return Array((text + "\n").utf8)
    }

    private var bytes: [UInt8] { letter.content?.original ?? [] }
}
