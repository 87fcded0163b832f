/// Turns signatures into the messages that are to be sent now, with what follows them.
struct Expansion {
    private let canvas: Canvas
    /// First task of the workflow; `nil`: each task that is sent is its own.
    private let root: TaskID?
    /// The task that sends; `nil`: a client does.
    private let parent: TaskID?
    /// Ids are made of this and their number.
    private let seed: TaskID
    private var count = 0
    private let now: Timestamp
    var sequel = Sequel()
    /// Makes delivery tags; `nil`: they are random.
    var tags: TaskIDSource?
    /// Headers of all messages, beside those of the protocol.
    var headers: [String: String] = [:]

    /// Namespace of the ids that a step gives what has none: a UUID that nothing else uses.
    private static let namespace = "5b3f1d0e-7c1a-4b51-9c39-0f7d9a2c6e44"

    init(_ canvas: Canvas, root: TaskID?, parent: TaskID?, seed: TaskID, _ now: Timestamp) {
        self.canvas = canvas
        self.root = root
        self.parent = parent
        self.seed = seed
        self.now = now
    }

    /// Adds what is sent for a signature.
    ///
    /// - Parameters:
    ///   - signature: to be run now.
    ///   - partial: in front of the arguments of its first tasks, unless they are immutable.
    ///   - rest: what comes after it, in reverse.
    mutating func run(
        _ signature: Signature,
        with partial: [JSONText],
        before rest: some Sequence<JSONText> = EmptyCollection()
    ) {
        let children = expand(signature, partial, Array(rest))
        sequel.children += children
    }

    /// - Returns: the result tuples of what is sent.
    private mutating func expand(
        _ signature: Signature,
        _ partial: [JSONText],
        _ rest: [JSONText]
    ) -> [JSONText] {
        switch signature.kind {
        case nil: return []
        case .task: return [ResultTuple.task(send(signature, partial, rest))]
        case .chain(let tasks):
            let steps = Steps.inOrder(tasks, of: signature)
            guard let first = steps.first else { return [] }
            return expand(first, partial, rest + steps.dropFirst().reversed().map(\.json))
        case .group(let tasks):
            let group = signature.id?.text ?? newID().text
            let members = Steps.unnested(tasks).enumerated().map { index, member in
                Steps.joined(member, group, at: index)
            }
            let results = members.flatMap { expand($0, partial, rest) }
            return [ResultTuple.group(TaskID(group), results)]
        case .chord(let header, let id, let body):
            return start(signature, header, id, body, partial, rest)
        }
    }

    /// Sends the header of a chord, and says how many of it are to report; the body itself where the header is empty.
    private mutating func start(
        _ chord: Signature,
        _ header: [Signature],
        _ id: String?,
        _ body: Signature,
        _ partial: [JSONText],
        _ rest: [JSONText]
    ) -> [JSONText] {
        let group = id ?? newID().text
        var options: [(key: String, value: JSONText)] = [
            ("task_id", JSONText(string: (Steps.id(of: body) ?? newID()).text))
        ]
        for key in ["chord", "group_index", "root_id"] where body.options[key: key] == nil {
            if let value = chord.options[key: key] { options.append((key, value)) }
        }
        if body.options[key: "group_id"] == nil {
            options.append(("group_id", chord.options[key: "group_id"] ?? JSONText(string: group)))
        }
        let chain = rest + (body.list("chain") ?? []).map(\.json)
        if !chain.isEmpty { options.append(("chain", JSONText(array: chain))) }
        let end = body.setting(options)
            .appending("link", chord.list("link") ?? [])
            .appending("link_error", chord.list("link_error") ?? [])
        let members = Steps.unnested(header)
        guard !members.isEmpty else { return expand(end, [.emptyArray], []) }
        var size = 0
        let sent = members.map { member in
            Steps.frozen(member, reportingTo: end.json, group, counting: &size) { newID() }
        }
        sequel.starts.append(ChordStart(group: group, size: size))
        for member in sent { _ = expand(member, partial, []) }
        return [ResultTuple.task(end.id ?? TaskID(group))]
    }

    /// Adds the message of a task.
    private mutating func send(
        _ signature: Signature,
        _ partial: [JSONText],
        _ rest: [JSONText]
    ) -> TaskID {
        let id = signature.id ?? newID()
        guard
            let options = try? SignatureOptions(signature.options, isLenient: true)
        else { return id }
        let own = signature.args
        let args =
            signature.isImmutable || partial.isEmpty
            ? own : JSONText(array: partial + (own.elements ?? []))
        var draft = TaskDraft(
            signature.task,
            TaskArguments(args: args, kwargs: signature.kwargs),
            options.task
        )
        draft.options.shared.parentID = parent
        draft.options.rootID = root
        draft.options.shared.groupID = signature.options[key: "group_id"]?.string
        draft.options.shared.embed = WorkflowSteps.embed(
            callbacks: options.links,
            errbacks: options.errorLinks,
            chain: rest + (signature.list("chain") ?? []).map(\.json),
            chord: signature.options[key: "chord"].flatMap { KombuValue.isTrue($0) ? $0 : nil }
        )
        var task = OutgoingTask(draft, id: id, canvas.defaults.options(of: draft), from: now)
        task.groupIndex = signature.options[key: "group_index"]?.integer
        task.headers = headers
        let tag = tags?.next(at: now).text ?? UUIDText.random()
        var message = OutgoingMessage(task, deliveryTag: tag, encoder: canvas.encoder)
        message.message.headers = options.edited(message.message.headers)
        if let replyTo = options.replyTo {
            message.message.properties = message.message.properties.setting([
                ("reply_to", JSONText(string: replyTo))
            ])
        }
        sequel.messages.append(message)
        return id
    }

    /// The same each time that the step is taken.
    private mutating func newID() -> TaskID {
        count += 1
        return TaskID(
            UUIDText.version5(namespace: Self.namespace, name: "\(seed.text) \(count)")
        )
    }
}

extension SignatureOptions {
    /// The headers of a message, with what only signatures say.
    fileprivate func edited(_ headers: JSONText) -> JSONText {
        var new: [(key: String, value: JSONText)] = self.headers
        if retries > 0 { new.append(("retries", .number(retries))) }
        if let shadow { new.append(("shadow", JSONText(string: shadow))) }
        if let argsRepr { new.append(("argsrepr", JSONText(string: argsRepr))) }
        if let kwargsRepr { new.append(("kwargsrepr", JSONText(string: kwargsRepr))) }
        if let stampedHeaders { new += [("stamped_headers", stampedHeaders), ("stamps", stamps)] }
        return new.isEmpty ? headers : headers.setting(new)
    }
}
