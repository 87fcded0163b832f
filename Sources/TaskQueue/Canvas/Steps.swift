/// How the parts of a workflow are put in order before they are sent.
enum Steps {
    /// The steps of a chain as they run one after the other: chains in it are taken apart, and a group that something
    /// follows becomes a chord.
    ///
    /// - Parameters:
    ///   - tasks: its steps as they are written.
    ///   - chain: whose options go to its steps: callbacks, id, group and chord to the last, errbacks to all.
    /// - Returns: tasks, groups, which are last, and chords.
    static func inOrder(_ tasks: [Signature], of chain: Signature) -> [Signature] {
        var steps: [Signature] = []
        for task in flat(tasks).reversed() {
            guard case .group(let members) = task.kind else {
                steps.insert(task, at: 0)
                continue
            }
            if members.count == 1 {
                steps.insert(contentsOf: inOrder(members, of: task), at: 0)
            } else if members.isEmpty {
                continue
            } else if let body = steps.first {
                steps[0] = .chord(task, body)
            } else {
                steps.insert(task, at: 0)
            }
        }
        let errbacks = chain.list("link_error") ?? []
        if !errbacks.isEmpty { steps = steps.map { linked($0, errbacks) } }
        guard let last = steps.indices.last else { return [] }
        steps[last] = steps[last].appending("link", chain.list("link") ?? [])
        let place = ["group_id", "group_index", "chord"]
        if case .chord(_, _, let body) = steps[last].kind {
            // The id of a chord is that of its body; its own option of that name is its header's.
            let end = inheriting(["task_id"], from: chain, body)
            steps[last] = inheriting(place, from: chain, steps[last].replacing("body", end.json))
        } else {
            steps[last] = inheriting(["task_id"] + place, from: chain, steps[last])
        }
        return steps
    }

    /// The signature with those options of another that it has not.
    private static func inheriting(
        _ names: [String],
        from other: Signature,
        _ signature: Signature
    ) -> Signature {
        var new: [(key: String, value: JSONText)] = []
        for name in names where signature.options[key: name] ?? .null == .null {
            if let value = other.options[key: name], value != .null { new.append((name, value)) }
        }
        return signature.setting(new)
    }

    private static func flat(_ tasks: [Signature]) -> [Signature] {
        tasks.flatMap { task in
            switch task.kind {
            case .chain(let inner): inOrder(inner, of: task)
            case .chord(_, _, let body): unrolled(task, body)
            default: [task]
            }
        }
    }

    /// A chord in a chain; of a body that is a chain itself, all but the first task are steps of the chain.
    ///
    /// Else each task of the header would carry them.
    private static func unrolled(_ chord: Signature, _ body: Signature) -> [Signature] {
        guard case .chain(let tasks) = body.kind else { return [chord] }
        let steps = inOrder(tasks, of: body)
        guard let first = steps.first, case .task = first.kind else { return [chord] }
        return [chord.replacing("body", first.json)] + steps.dropFirst()
    }

    /// The id of what comes out of a workflow; `nil`: it was promised none.
    static func id(of signature: Signature) -> TaskID? {
        switch signature.kind {
        case .chain(let tasks): tasks.last.flatMap { id(of: $0) } ?? signature.id
        case .chord(_, _, let body): id(of: body)
        case .group, .task, nil: signature.id
        }
    }

    /// Whether what comes out of a workflow is the result of one task, not of a group's.
    static func endsInOneTask(_ signature: Signature) -> Bool {
        switch signature.kind {
        case .task: true
        case .chain(let tasks):
            inOrder(tasks, of: signature).last.map { endsInOneTask($0) } ?? false
        case .chord(_, _, let body): endsInOneTask(body)
        case .group, nil: false
        }
    }

    /// Adds errbacks to a task, to all of a group, to the body of a chord.
    private static func linked(_ signature: Signature, _ errbacks: [Signature]) -> Signature {
        switch signature.kind {
        case .group(let members):
            signature.replacing(
                "tasks",
                JSONText(array: members.map { linked($0, errbacks).json })
            )
        case .chord(_, _, let body):
            signature.replacing("body", linked(body, errbacks).json)
        default: signature.appending("link_error", errbacks)
        }
    }

    /// The members of a group: those of groups in it are its own, and empty chains are none.
    static func unnested(_ members: [Signature]) -> [Signature] {
        members.flatMap { member in
            switch member.kind {
            case .group(let inner): return unnested(inner)
            case .chain(let tasks) where tasks.isEmpty: return []
            default: return [member]
            }
        }
    }

    /// A member of a group that nothing waits for; one that was given a group before keeps it.
    static func joined(_ member: Signature, _ group: String, at index: Int) -> Signature {
        var options: [(key: String, value: JSONText)] = []
        if member.options[key: "group_id"] ?? .null == .null {
            options.append(("group_id", JSONText(string: group)))
        }
        if member.options[key: "group_index"] ?? .null == .null {
            options.append(("group_index", .number(index)))
        }
        return member.setting(options)
    }

    /// A member of a chord's header: those of its tasks that run last report to the chord.
    ///
    /// - Parameters:
    ///   - member: of the header.
    ///   - body: of the chord.
    ///   - group: the header's id.
    ///   - size: how many report, and so their places; those of this one are added.
    ///   - newID: gives an id to what has none.
    /// - Returns: the member, with a promised id for each task that reports.
    static func frozen(
        _ member: Signature,
        reportingTo body: JSONText,
        _ group: String,
        counting size: inout Int,
        _ newID: () -> TaskID
    ) -> Signature {
        switch member.kind {
        case nil: return member
        case .task:
            defer { size += 1 }
            return member.setting([
                ("task_id", JSONText(string: (member.id ?? newID()).text)),
                ("group_id", JSONText(string: group)), ("group_index", .number(size)),
                ("chord", body),
            ])
        case .chain(let tasks):
            var steps = inOrder(tasks, of: member)
            guard let last = steps.indices.last else { return member }
            steps[last] = frozen(steps[last], reportingTo: body, group, counting: &size, newID)
            return .made("chain", of: steps)
        case .group(let tasks):
            let members = unnested(tasks).map {
                frozen($0, reportingTo: body, group, counting: &size, newID)
            }
            return member.replacing("tasks", JSONText(array: members.map(\.json)))
        case .chord(_, _, let inner):
            let end = frozen(inner, reportingTo: body, group, counting: &size, newID)
            return member.replacing("body", end.json)
        }
    }
}
