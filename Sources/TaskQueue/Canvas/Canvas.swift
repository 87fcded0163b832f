/// Celery's canvas: what follows when a task of a workflow has ended, and the messages of workflows
/// (`celery-wire`, section 4).
///
/// It is a function of the message and its outcome alone: asked again it says the same, with the same ids, so that
/// a step which is taken again after a lost connection sends nothing new.
package struct Canvas: Sendable {
    /// Where tasks go that do not say it themselves.
    let defaults: TaskDefaults
    let encoder: MessageEncoder
    private let countsChords: Bool

    /// - Parameters:
    ///   - defaults: what counts for tasks that do not say it themselves.
    ///   - encoder: writes the messages.
    ///   - countsChords: whether results are kept, and with them what the tasks of a chord have reported.
    package init(
        _ defaults: TaskDefaults = TaskDefaults(),
        encoder: MessageEncoder = MessageEncoder(),
        countsChords: Bool = true
    ) {
        self.defaults = defaults
        self.encoder = encoder
        self.countsChords = countsChords
    }
}

// MARK: - What follows

extension Canvas {
    /// What follows the success of a task.
    ///
    /// - Parameters:
    ///   - value: its result.
    ///   - task: it.
    ///   - now: from which countdowns count.
    /// - Returns: `nil` if the task is not part of a workflow.
    func sequel(ofSuccess value: JSONText, of task: TaskMessage, at now: Timestamp) -> Sequel? {
        guard let steps = task.steps else { return nil }
        var expansion = Expansion(self, root: task.rootID, parent: task.id, seed: task.id, now)
        let callbacks = steps.callbacks.compactMap(Signature.init)
        let plain = callbacks.filter { if case .group = $0.kind { false } else { true } }
        for callback in callbacks where !plain.contains(callback) {
            expansion.run(callback, with: [value])
        }
        if plain.count > 1 {
            expansion.run(.made("group", of: plain), with: [value])
        } else if let only = plain.first {
            expansion.run(only, with: [value])
        }
        if let next = steps.chain.last.flatMap(Signature.init) {
            expansion.run(next, with: [value], before: steps.chain.dropLast())
        }
        if let report = report(of: task, steps, .success, value) {
            expansion.sequel.reports.append(report)
        }
        return expansion.sequel
    }

    /// What follows when a task has not succeeded: it has failed for good, was revoked, or came too late.
    ///
    /// What was to come ends as it did.
    ///
    /// - Parameters:
    ///   - failure: its exception.
    ///   - state: its final state.
    ///   - traceback: with it.
    ///   - task: it.
    ///   - now: from which countdowns count.
    /// - Returns: `nil` if the task is not part of a workflow.
    func sequel(
        ofFailure failure: JSONText,
        _ state: TaskState = .failure,
        _ traceback: String? = nil,
        of task: TaskMessage,
        at now: Timestamp
    ) -> Sequel? {
        // Said of what was refused too: what is nested too deeply cannot be looked into.
        guard let steps = task.steps, task.embed.nesting <= Self.deepest else { return nil }
        var end = Failing(self, state, failure, traceback, now, root: task.rootID)
        if let report = report(of: task, steps, state, failure) {
            end.sequel.reports.append(report)
        }
        for step in steps.chain.reversed().compactMap(Signature.init) { end.fail(step) }
        end.call(steps.errbacks.compactMap(Signature.init), because: task.id)
        return end.sequel
    }

    /// What follows a task whose result is stored.
    func sequel(of task: TaskMessage, endedWith result: StoredResult, at now: Timestamp) -> Sequel?
    {
        result.state == .success
            ? sequel(ofSuccess: result.result, of: task, at: now)
            : sequel(ofFailure: result.result, result.state, result.traceback, of: task, at: now)
    }

    /// What is wrong with what is to follow a task, so that it must not run: said before it runs, as it cannot be
    /// said after.
    ///
    /// - Returns: the end of a sentence: "its chain: …"; `nil`: nothing is.
    func problem(of task: TaskMessage) -> String? {
        guard let steps = task.steps else { return nil }
        guard task.embed.nesting <= Self.deepest else { return Self.tooDeep }
        let chord = steps.chord.map { [$0] } ?? []
        let parts = [
            ("callbacks (link)", steps.callbacks), ("errbacks (link_error)", steps.errbacks),
            ("chain", steps.chain), ("chord", chord),
        ]
        for (name, values) in parts {
            for value in values {
                if let problem = flatProblem(of: value) { return "its \(name): \(problem)" }
            }
        }
        guard chord.isEmpty || countsChords else { return "its chord: \(Self.uncounted)" }
        return nil
    }

    /// How many bytes may come of one signature that is repeated in many messages: a small message must not become a
    /// full memory.
    static let largestExpansion = 256 << 20

    /// Why a chord is refused where results are not kept.
    package static let uncounted =
        "nothing counts chords where results are sent and not kept: name a place for results with "
        + "--result-backend, $TQ_RESULT_BACKEND or result_backend in tq.toml"

    /// What is wrong with a signature in a workflow; `nil`: nothing is.
    package func problem(of value: JSONText) -> String? {
        value.nesting <= Self.deepest ? flatProblem(of: value) : Self.tooDeep
    }

    /// Each part of a workflow may hold others, to this depth: all that looks into them calls itself.
    private static let deepest = 500
    private static let tooDeep = "it is nested more than \(deepest) deep"

    /// The same of what is not nested too deeply.
    private func flatProblem(of value: JSONText) -> String? {
        guard let signature = Signature(value) else { return "it is not a signature" }
        let name = ForeignText.cut(signature.task.text, to: 200)
        guard let kind = signature.kind else { return "\(name) is not described as Celery does" }
        for option in ["link", "link_error", "chain"] where signature.list(option) == nil {
            return "\(name) has an option \(option) that holds no signatures"
        }
        switch kind {
        case .task:
            do throws(SignatureProblem) {
                _ = try SignatureOptions(signature.options, isLenient: true)
            } catch { return "\(name): \(error)" }
            return nil
        case .chain(let tasks), .group(let tasks):
            return tasks.lazy.compactMap { flatProblem(of: $0.json) }.first
        case .chord(let header, _, let body):
            guard countsChords else { return Self.uncounted }
            guard header.count * body.json.bytes.count <= Self.largestExpansion else {
                return
                    "its \(header.count) tasks would each carry a body of \(body.json.bytes.count) bytes: "
                    + "together no more than \(Self.largestExpansion) are sent"
            }
            return (header + [body]).lazy.compactMap { flatProblem(of: $0.json) }.first
        }
    }

    private func report(
        of task: TaskMessage,
        _ steps: WorkflowSteps,
        _ state: TaskState,
        _ value: JSONText
    ) -> ChordReport? {
        guard let group = task.groupID, let body = steps.chord.flatMap(Signature.init) else {
            return nil
        }
        return report(
            to: body,
            group,
            of: task.id,
            at: task.groupIndex,
            state,
            value,
            root: task.rootID
        )
    }

    /// What a task reports to a chord.
    ///
    /// - Parameters:
    ///   - body: of the chord.
    ///   - group: its header's id.
    ///   - task: of the header.
    ///   - index: its place there.
    ///   - state: how it has ended.
    ///   - value: its value or exception.
    ///   - root: of the workflow.
    /// - Returns: the report, with what follows from all of them.
    func report(
        to body: Signature,
        _ group: String,
        of task: TaskID,
        at index: Int?,
        _ state: TaskState,
        _ value: JSONText,
        root: TaskID
    ) -> ChordReport {
        ChordReport(group: group, task: task, index: index, state: state, value: value) { members in
            let now = Timestamp.now()
            guard let failed = members.first(where: { $0.state != .success }) else {
                var expansion = Expansion(self, root: root, parent: task, seed: TaskID(group), now)
                expansion.run(body, with: [JSONText(array: members.map(\.value))])
                return expansion.sequel
            }
            let failure = TaskFailure.chord(failed)
            var end = Failing(self, .failure, failure.json, nil, now, root: root)
            end.fail(body)
            end.call(Failing.errbacks(of: body), because: body.id ?? TaskID(group))
            return end.sequel
        }
    }
}

extension TaskFailure {
    /// Of the body of a chord of which a task has not succeeded; as Celery says it.
    fileprivate static func chord(_ member: ChordMember) -> TaskFailure {
        let failure = TaskFailure(member.value)
        let arguments = failure?.message.elements ?? (failure?.message).map { [$0] } ?? []
        let values = arguments.map(PythonText.value).joined(separator: ", ")
        return TaskFailure(
            type: "ChordError",
            message: "Dependency \(member.task) raised \(failure?.type ?? "Exception")(\(values))",
            module: "celery.exceptions"
        )
    }
}
