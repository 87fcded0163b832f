package import TaskQueue

/// A dead letter as it was found in a broker.
package struct FoundDeadLetter: Sendable {
    package let id: String?
    package let task: String?
    package let reason: String
    package let content: RawMessage

    package init(id: String?, task: String?, reason: String, content: RawMessage) {
        self.id = id
        self.task = task
        self.reason = reason
        self.content = content
    }
}
