/// A workflow as a client sends it.
package struct OutgoingWorkflow: Sendable {
    /// What can be asked for: the id of its last task, of a chord's body, or of a group.
    package let id: TaskID
    /// The tasks whose results are those of the group that it is or ends in; `nil`: it ends in one task.
    package let members: [TaskID]?
    /// The messages to send, and the chords that begin with them.
    package let sequel: Sequel
    /// Ids of tasks that are not sent yet.
    package let promised: [TaskID]
    /// Ids that its sender named: what is known of them from before is another matter.
    package let named: [TaskID]
}

extension SendingMessages {
    /// The messages of a workflow that is sent now; each of its tasks is given an id.
    ///
    /// - Parameters:
    ///   - signature: of the workflow.
    ///   - origin: from within which task it is sent.
    ///   - headers: for the tasks that are sent now, beside those of the protocol.
    ///   - now: from which countdowns count.
    /// - Returns: what is to be sent.
    package mutating func workflow(
        _ signature: Signature,
        from origin: TaskOrigin,
        headers: [String: String] = [:],
        at now: Timestamp = .now()
    ) -> OutgoingWorkflow {
        var ids = Promises(tags, replyTo: encoder.replyQueue, now)
        let whole = ids.promised(signature)
        var expansion = Expansion(
            Canvas(defaults, encoder: encoder),
            root: origin.root,
            parent: origin.parent,
            seed: ids.next(),
            now
        )
        expansion.headers = headers
        expansion.tags = ids.source
        expansion.run(whole, with: [])
        tags = expansion.tags ?? tags
        let sent = Set(expansion.sequel.messages.map(\.id))
        return OutgoingWorkflow(
            id: Steps.id(of: whole) ?? TaskID(""),
            members: Promises.members(of: whole),
            sequel: expansion.sequel,
            promised: ids.all.filter { !sent.contains($0) },
            named: ids.named
        )
    }
}

/// Gives ids to the tasks of a workflow that have none.
///
/// What is sent first is given the greatest: of the ids of one source the greatest alone is remembered
/// (``TaskIDParts``), and those that are not sent yet are pending by it.
private struct Promises {
    private(set) var source: TaskIDSource
    private(set) var all: [TaskID] = []
    private(set) var named: [TaskID] = []
    private let replyTo: String
    private let now: Timestamp

    init(_ source: TaskIDSource, replyTo: String, _ now: Timestamp) {
        self.source = source
        self.replyTo = replyTo
        self.now = now
    }

    mutating func next() -> TaskID { source.next(at: now) }

    /// No task has it: it must not look as if one were sent.
    private static var newGroup: TaskID { TaskID(UUIDText.random()) }

    mutating func promised(_ signature: Signature) -> Signature {
        switch signature.kind {
        case nil: return signature
        case .task:
            if let id = signature.id { named.append(id) }
            let id = signature.id ?? next()
            all.append(id)
            var options: [(key: String, value: JSONText)] = [
                ("task_id", JSONText(string: id.text))
            ]
            if signature.options[key: "reply_to"] == nil {
                options.append(("reply_to", JSONText(string: replyTo)))
            }
            return signature.setting(options)
        case .chain(let tasks):
            var steps = Steps.inOrder(tasks, of: signature)
            for index in steps.indices.reversed() { steps[index] = promised(steps[index]) }
            return .made("chain", of: steps)
        case .group(let tasks):
            let group = signature.id ?? Self.newGroup
            return .made(
                "group",
                of: tasks.reversed().map { promised($0) }.reversed(),
                options: signature.options.setting([("task_id", JSONText(string: group.text))])
            )
        case .chord(let header, let id, let body):
            let end = promised(body)
            let group = Signature.made(
                "group",
                of: header.reversed().map { promised($0) }.reversed(),
                options: JSONText.emptyObject.setting([
                    ("task_id", JSONText(string: id ?? Self.newGroup.text))
                ])
            )
            return signature.replacing("body", end.json).replacing("header", group.json)
        }
    }

    /// The ids of the tasks that are last in a group that a workflow ends in; `nil`: it ends in one task.
    static func members(of signature: Signature) -> [TaskID]? {
        switch signature.kind {
        case .chain(let tasks): tasks.last.flatMap { members(of: $0) }
        case .chord(_, _, let body): members(of: body)
        case .group(let tasks):
            Steps.unnested(tasks).flatMap { member in
                members(of: member) ?? Steps.id(of: member).map { [$0] } ?? []
            }
        case .task, nil: nil
        }
    }
}
