/// The name of a task, by which a worker finds what to run.
package struct TaskName: Hashable, Sendable {
    package let text: String

    /// - Returns: `nil` if the text is empty or holds a control character.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        self.text = text
    }
}

extension TaskName: CustomStringConvertible {
    package var description: String { text }
}
