/// A task that is to run in the place of another, under its id.
package struct Replacement: Equatable, Sendable {
    package let signature: Signature
    let options: SignatureOptions

    /// Reads a signature as a task names its replacement.
    ///
    /// - Throws: ``SignatureProblem`` if it is not a signature, or has parts that are not understood.
    package init(_ value: JSONText) throws(SignatureProblem) {
        guard let signature = Signature(value) else {
            throw SignatureProblem("it is not a signature")
        }
        guard case .task = signature.kind else {
            throw SignatureProblem("it is a \(signature.task), and only a single task can be one")
        }
        self.signature = signature
        options = try SignatureOptions(signature.options)
    }

    /// What keeps it from replacing a task; `nil`: nothing.
    func problem(replacing id: TaskID) -> SignatureProblem? {
        guard let other = options.task.id, other != id else { return nil }
        return SignatureProblem("task_id", "the id of the task that is replaced")
    }

    package static func == (left: Replacement, right: Replacement) -> Bool {
        left.signature == right.signature
    }
}
