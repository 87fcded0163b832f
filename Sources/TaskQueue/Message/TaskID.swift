/// The id of a task: any text; a UUID if tq made it.
package struct TaskID: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}

extension TaskID: CustomStringConvertible {
    package var description: String { text }
}
