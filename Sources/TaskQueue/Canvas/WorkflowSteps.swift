/// What follows a task in a workflow: of Celery's canvas, this version runs nothing yet.
///
/// A task with these steps is not run, because they would be lost silently.
package enum WorkflowSteps {
    /// The `embed` of a message without any, as Celery writes it, and as ``MessageTemplate`` does.
    private static let none: [[UInt8]] = [
        Array(#"{"callbacks": null, "errbacks": null, "chain": null, "chord": null}"#.utf8),
        Array(#"{"callbacks":null,"errbacks":null,"chain":null,"chord":null}"#.utf8),
    ]

    private static let names = [
        ("chain", "a chain"), ("chord", "a chord"), ("callbacks", "callbacks (link)"),
        ("errbacks", "errbacks (link_error)"), ("link", "callbacks (link)"),
        ("link_error", "errbacks (link_error)"),
    ]

    private static let composed: Set<String> = ["chain", "chord", "group"]

    /// The steps in a message's `embed`, or in the `options` of a signature, in words; `nil`: there are none.
    static func described(_ object: JSONText) -> String? {
        guard !none.contains(object.bytes), object.kind == .object else { return nil }
        let found = names.filter { name, _ in object[key: name].map(isStep) ?? false }
        return found.isEmpty ? nil : found.map(\.1).joined(separator: " and ")
    }

    /// The steps of a signature: those that are to follow it, or that it consists of.
    package static func described(_ signature: Signature) -> String? {
        let name = signature.task.text
        if let kind = composed.first(where: { name.utf8.elementsEqual("celery.\($0)".utf8) }) {
            return "a \(kind)"
        }
        return described(signature.options)
    }

    /// Python's idea of true.
    private static func isStep(_ value: JSONText) -> Bool {
        switch value.kind {
        case .null: false
        case .array: value.elements?.isEmpty == false
        case .object: value.members?.isEmpty == false
        default: value.boolean != false
        }
    }

    /// Comes after "the task has" in a sentence.
    package static func refusal(_ steps: String) -> String {
        "\(steps) that this version of tq does not run yet: send it without, or serve its queue with a "
            + "Celery worker"
    }
}
