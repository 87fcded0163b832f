/// Ends what was to come as something before it has ended, and calls those who are to hear of it.
struct Failing {
    private let canvas: Canvas
    private let state: TaskState
    private let failure: JSONText
    private let traceback: String?
    private let now: Timestamp
    private let root: TaskID
    var sequel = Sequel()

    init(
        _ canvas: Canvas,
        _ state: TaskState,
        _ failure: JSONText,
        _ traceback: String?,
        _ now: Timestamp,
        root: TaskID
    ) {
        self.canvas = canvas
        self.state = state
        self.failure = failure
        self.traceback = traceback
        self.now = now
        self.root = root
    }

    /// Gives those tasks of a signature a final record that were promised an id, and counts them where they are to
    /// report.
    mutating func fail(_ signature: Signature) {
        switch signature.kind {
        case nil: return
        case .task: end(signature)
        case .chain(let tasks), .group(let tasks):
            for task in tasks { fail(task) }
            // The id of a chain is that of its last task.
            if let id = signature.id, !sequel.results.contains(where: { $0.id == id }),
                case .chain = signature.kind
            {
                end(signature)
            }
        case .chord(let header, _, let body):
            for member in header { fail(member) }
            fail(body)
        }
        for next in signature.list("chain") ?? [] { fail(next) }
    }

    private mutating func end(_ signature: Signature) {
        guard let id = signature.id else { return }
        let options = signature.options
        let group = options[key: "group_id"]?.string
        if !KombuValue.isTrue(options[key: "ignore_result"] ?? .null) {
            sequel.results.append(
                StoredResult(
                    id: id,
                    state: state,
                    result: failure,
                    traceback: traceback,
                    finishedAt: now,
                    groupID: group
                )
            )
        }
        guard let group, let body = options[key: "chord"].flatMap(Signature.init) else { return }
        let index = options[key: "group_index"]?.integer
        sequel.reports.append(
            canvas.report(to: body, group, of: id, at: index, state, failure, root: root)
        )
    }

    /// Sends the errbacks of a task that has not succeeded: they are one new group, and are given its id.
    mutating func call(_ errbacks: [Signature], because failed: TaskID) {
        // What cannot be sent may be why they are called.
        let errbacks = errbacks.filter { canvas.problem(of: $0.json) == nil }
        guard !errbacks.isEmpty else { return }
        var expansion = Expansion(canvas, root: root, parent: failed, seed: failed, now)
        expansion.run(.made("group", of: errbacks), with: [JSONText(string: failed.text)])
        sequel.append(expansion.sequel)
    }

    /// The errbacks of a chord's body: of a chain those of its first task too, of a group those of its tasks, of a
    /// chord those of its body.
    static func errbacks(of body: Signature) -> [Signature] {
        var errbacks = body.list("link_error") ?? []
        let inner: [Signature] =
            switch body.kind {
            case .chain(let tasks): Array(tasks.prefix(1))
            case .group(let tasks): tasks
            case .chord(_, _, let body): [body]
            case .task, nil: []
            }
        for errback in inner.flatMap({ Self.errbacks(of: $0) }) where !errbacks.contains(errback) {
            errbacks.append(errback)
        }
        return errbacks
    }
}
