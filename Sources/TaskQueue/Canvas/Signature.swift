/// A task or a workflow to be run later, as Celery's signatures name it (`celery-wire`, section 4).
package struct Signature: Equatable, Sendable {
    /// As it was written, with all that is not understood here: an object.
    package let json: JSONText
    /// Of a workflow, the name of its kind: `celery.chain`.
    package let task: TaskName
    /// A JSON array.
    package let args: JSONText
    /// A JSON object.
    package let kwargs: JSONText
    /// A JSON object with `queue`, `countdown` and the like.
    package let options: JSONText
    /// Whether it takes no result of what came before.
    package let isImmutable: Bool

    /// Reads a signature; `nil` if the value is not one.
    package init?(_ value: JSONText) {
        guard let fields = try? JSONFields(value.bytes),
            let task = fields.string("task").flatMap(TaskName.init)
        else { return nil }
        json = value
        self.task = task
        args = fields["args"].flatMap { $0 == .null ? nil : $0 } ?? .emptyArray
        kwargs = fields["kwargs"].flatMap { $0 == .null ? nil : $0 } ?? .emptyObject
        options = fields["options"].flatMap { $0 == .null ? nil : $0 } ?? .emptyObject
        isImmutable = fields["immutable"].map(KombuValue.isTrue) ?? false
        guard args.kind == .array, kwargs.kind == .object, options.kind == .object else {
            return nil
        }
    }
}

// MARK: - Kinds

extension Signature {
    /// What a signature stands for.
    package enum Kind {
        /// One message: the task, or several runs of it one after the other (`celery.map`, `celery.starmap`).
        case task
        /// In the order in which they run.
        case chain([Signature])
        case group([Signature])
        /// `id`: of the header as a group; `nil`: it has none yet.
        indirect case chord(header: [Signature], id: String?, body: Signature)
    }

    /// - Returns: `nil` if it names a workflow and does not describe one.
    package var kind: Kind? {
        let name = task.text
        guard name.utf8.starts(with: "celery.".utf8) else { return .task }
        switch name {
        case "celery.chain": return kwargs[key: "tasks"].flatMap(Self.signatures).map(Kind.chain)
        case "celery.group": return kwargs[key: "tasks"].flatMap(Self.signatures).map(Kind.group)
        case "celery.chunks": return chunks.map(Kind.group)
        case "celery.chord": return chord
        default: return .task
        }
    }

    /// The elements of an array of signatures; `nil` if the value is anything else.
    static func signatures(_ value: JSONText) -> [Signature]? {
        var signatures: [Signature] = []
        for element in value.elements ?? [.null] {
            guard let signature = Signature(element) else { return nil }
            signatures.append(signature)
        }
        return signatures
    }

    private var chord: Kind? {
        guard let body = kwargs[key: "body"].flatMap(Signature.init),
            let header = kwargs[key: "header"]
        else { return nil }
        if let members = Self.signatures(header) {
            return .chord(header: members, id: options[key: "task_id"]?.string, body: body)
        }
        guard let group = Signature(header), case .group(let members) = group.kind else {
            return nil
        }
        return .chord(header: members, id: group.id?.text, body: body)
    }

    /// The members of a group that runs `n` of the calls in `it` each.
    private var chunks: [Signature]? {
        guard let size = kwargs[key: "n"]?.integer, size > 0,
            let calls = kwargs[key: "it"]?.elements, let task = kwargs[key: "task"],
            calls.count / size * task.bytes.count <= Canvas.largestExpansion
        else { return nil }
        return stride(from: 0, to: calls.count, by: size).compactMap { start in
            let part = JSONText(array: calls[start..<min(start + size, calls.count)])
            return Signature(
                name: "celery.starmap",
                kwargs: JSONText.emptyObject.setting([("task", task), ("it", part)]),
                type: "starmap",
                isImmutable: true
            )
        }
    }
}

// MARK: - Making them

extension Signature {
    /// Makes one; `nil` if the name is not one.
    ///
    /// - Parameters:
    ///   - name: of the task, or of a kind of workflow.
    ///   - args: an array.
    ///   - kwargs: an object.
    ///   - options: an object.
    ///   - type: Celery's word for a workflow: `chain`; `nil`: it is a task.
    ///   - isImmutable: whether it takes no result of what came before.
    package init?(
        name: String,
        args: JSONText = .emptyArray,
        kwargs: JSONText = .emptyObject,
        options: JSONText = .emptyObject,
        type: String? = nil,
        isImmutable: Bool = false
    ) {
        var writer = JSONWriter(capacity: args.bytes.count + kwargs.bytes.count + 200)
        writer.beginObject()
        writer.field("task", name)
        writer.field("args", args)
        writer.field("kwargs", kwargs)
        writer.field("options", options)
        writer.field("subtask_type", type)
        writer.field("immutable", isImmutable)
        writer.endObject()
        self.init(JSONText(wellFormed: writer.bytes))
    }

    /// A workflow of other signatures; `type` is `chain` or `group`.
    static func made(
        _ type: String,
        of signatures: some Sequence<Signature>,
        options: JSONText = .emptyObject
    ) -> Signature {
        let tasks = JSONText(array: signatures.map(\.json))
        return known(
            Signature(
                name: "celery.\(type)",
                kwargs: JSONText.emptyObject.setting([("tasks", tasks)]),
                options: options,
                type: type
            )
        )
    }

    /// A chord of a header, which is a group, and a body.
    package static func chord(_ header: Signature, _ body: Signature) -> Signature {
        known(
            Signature(
                name: "celery.chord",
                kwargs: JSONText.emptyObject.setting([
                    ("kwargs", .emptyObject), ("header", header.json), ("body", body.json),
                ]),
                type: "chord"
            )
        )
    }

    /// The same with other options.
    func setting(_ new: [(key: String, value: JSONText)]) -> Signature {
        new.isEmpty
            ? self
            : Self.known(Signature(json.setting([("options", options.setting(new))])))
    }

    /// The same with other tasks in it, or another header or body.
    func replacing(_ key: String, _ value: JSONText) -> Signature {
        Self.known(Signature(json.setting([("kwargs", kwargs.setting([(key, value)]))])))
    }

    static func known(_ signature: Signature?) -> Signature {
        guard let signature else { preconditionFailure("a signature that was made is not one") }
        return signature
    }
}

// MARK: - Options

extension Signature {
    /// The id that it was promised; `nil`: none.
    var id: TaskID? {
        options[key: "task_id"].flatMap { $0.string ?? KombuValue.text($0) }.map(TaskID.init)
    }

    /// The signatures of an option that holds one or several, or none; `nil` if it holds anything else.
    func list(_ option: String) -> [Signature]? {
        guard let value = options[key: option], value != .null else { return [] }
        return Self.signatures(value.kind == .array ? value : JSONText(array: [value]))
    }

    /// Adds signatures to those of an option, without those that it has.
    func appending(_ option: String, _ more: [Signature]) -> Signature {
        guard !more.isEmpty else { return self }
        let there = list(option) ?? []
        let new = there + more.filter { !there.contains($0) }
        return setting([(option, JSONText(array: new.map(\.json)))])
    }
}
