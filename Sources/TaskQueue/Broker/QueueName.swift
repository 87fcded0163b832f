/// The name of a queue.
package struct QueueName: Hashable, Sendable {
    package let text: String

    /// Celery's default.
    package static let celery = QueueName(unchecked: "celery")

    /// - Returns: `nil` if the text is empty or holds a control character, such as Kombu's separator
    ///   of a queue and its priority.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        self.text = text
    }

    private init(unchecked text: String) {
        self.text = text
    }
}

extension QueueName: CustomStringConvertible {
    package var description: String { text }
}
