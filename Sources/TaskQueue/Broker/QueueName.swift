/// The name of a queue.
package struct QueueName: Hashable, Sendable {
    package let text: String

    /// Celery's default.
    package static let celery = QueueName(unchecked: "celery")

    /// - Returns: `nil` if the text cannot name a queue: see ``objection(_:)``.
    package init?(_ text: String) {
        guard Self.isName(text) else { return nil }
        self.text = text
    }

    private init(unchecked text: String) {
        self.text = text
    }

    /// Why a text cannot name a queue, as a clause.
    package static func objection(_ text: String) -> String {
        guard isTaken(text) else {
            return "a queue's name has at least one character, and no control characters"
        }
        return "unacked, unacked_index, unacked_mutex, and what begins with tq:, _kombu.binding., "
            + "celery-task-meta- or celery-taskset-meta-, are other keys of Celery's and tq's in Redis"
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !hasControls(text) && !isTaken(text)
    }

    /// Such as Kombu's separator of a queue and its priority.
    private static func hasControls(_ text: String) -> Bool {
        !text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Whether it is the key of something else in Redis.
    ///
    /// Other brokers do not have these keys, but a queue can move from one to the other.
    package static func isTaken(_ text: String) -> Bool {
        // Most names begin otherwise.
        guard let first = text.utf8.first, "ut_c".utf8.contains(first) else { return false }
        return takenNames.contains(text)
            || takenPrefixes.contains { text.utf8.starts(with: $0.utf8) }
    }

    private static let takenNames: Set<String> = ["unacked", "unacked_index", "unacked_mutex"]
    private static let takenPrefixes = [
        "tq:", "_kombu.binding.", "celery-task-meta-", "celery-taskset-meta-",
    ]
}

extension QueueName: CustomStringConvertible {
    package var description: String { text }
}
