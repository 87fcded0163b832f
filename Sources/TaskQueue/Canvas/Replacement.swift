/// A task that is to run in the place of another, under its id; or a workflow whose last task does.
package struct Replacement: Equatable, Sendable {
    package let signature: Signature
    /// Of a task; of a workflow they are its own.
    let options: SignatureOptions?

    /// Reads a signature as a task names its replacement.
    ///
    /// - Throws: ``SignatureProblem`` if it is not a signature, or has parts that are not understood.
    package init(_ value: JSONText) throws(SignatureProblem) {
        guard let signature = Signature(value) else {
            throw SignatureProblem("it is not a signature")
        }
        self.signature = signature
        if case .task = signature.kind {
            options = try SignatureOptions(signature.options)
            return
        }
        options = nil
        if let problem = Canvas().problem(of: value) { throw SignatureProblem(problem) }
        guard Steps.endsInOneTask(signature) else {
            throw SignatureProblem("it ends in a group, and only one task can have the id")
        }
    }

    /// What keeps it from replacing a task; `nil`: nothing.
    func problem(replacing id: TaskID) -> SignatureProblem? {
        guard let other = options.map(\.task.id) ?? Steps.id(of: signature), other != id else {
            return nil
        }
        return SignatureProblem("task_id", "the id of the task that is replaced")
    }

    package static func == (left: Replacement, right: Replacement) -> Bool {
        left.signature == right.signature
    }
}

extension Canvas {
    /// What is sent in the place of a task that is replaced by a workflow: what was to follow it follows the last task.
    func sequel(replacing task: TaskMessage, by workflow: Signature, at now: Timestamp) -> Sequel {
        let steps = task.steps
        var options: [(key: String, value: JSONText)] = [
            ("task_id", JSONText(string: task.id.text))
        ]
        if let group = task.groupID { options.append(("group_id", JSONText(string: group))) }
        if let index = task.groupIndex { options.append(("group_index", .number(index))) }
        if let chord = steps?.chord { options.append(("chord", chord)) }
        let whole = Signature.chain(
            [workflow],
            onError: (steps?.errbacks ?? []).compactMap(Signature.init)
        )
        let chain = Signature.made("chain", of: [whole]).setting(options)
            .appending("link", (steps?.callbacks ?? []).compactMap(Signature.init))
        // The task that ends the workflow has this id too: what follows that must have other ids.
        let call = Array(task.task.text.utf8) + task.args.bytes + task.kwargs.bytes
        let seed = TaskID("\(task.id) in its place \(SHA1.hex(call))")
        var expansion = Expansion(self, root: task.rootID, parent: task.id, seed: seed, now)
        expansion.run(chain, with: [], before: steps?.chain ?? [])
        expansion.sequel.promised = [task.id]
        let nesting = min(max(task.headers[key: "replaced_task_nesting"]?.integer ?? 0, 0), 1 << 30)
        for index in expansion.sequel.messages.indices {
            expansion.sequel.messages[index].message.headers =
                expansion.sequel.messages[index].message.headers.setting([
                    ("replaced_task_nesting", .number(nesting + 1))
                ])
        }
        return expansion.sequel
    }
}
