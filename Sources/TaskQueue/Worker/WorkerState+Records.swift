extension WorkerState {
    /// What is written about a task.
    struct Records {
        private let run: Run
        private let canvas: Canvas
        private let now: Timestamp

        init(_ run: Run, _ canvas: Canvas, _ now: Timestamp) {
            self.run = run
            self.canvas = canvas
            self.now = now
        }
    }
}

// MARK: - Of a task that has run

extension WorkerState.Records {
    /// How many bytes of a failure the reason of a dead letter shows; the result has all of them.
    private static let longestReason = 4000

    func finished(
        _ state: TaskState,
        _ value: JSONText,
        _ traceback: String? = nil
    ) -> FinishedTask {
        let sequel =
            state == .success
            ? canvas.sequel(ofSuccess: value, of: run.task, at: now)
            : canvas.sequel(ofFailure: value, state, traceback, of: run.task, at: now)
        return FinishedTask(
            run.delivery,
            result: result(state, value, traceback, sequel),
            forgotten: forgotten,
            sequel: sequel
        )
    }

    /// - Parameters:
    ///   - failure: stored as the result.
    ///   - traceback: stored with it.
    ///   - remark: added to the reason, and to what people read of the result; the arguments of an
    ///     exception that the task itself named stay as they are. `nil`: nothing.
    /// - Returns: the dead letter, and the result with it.
    func letter(
        _ failure: TaskFailure,
        _ traceback: String?,
        _ remark: String? = nil
    ) -> DeadLetter {
        let reason = ForeignText.cut(failure.description, to: Self.longestReason)
        var (failure, traceback) = (failure, traceback)
        if let remark, failure.isOurs {
            failure = failure.adding(remark)
        } else if let remark {
            traceback = (traceback.map { "\($0)\n" } ?? "") + remark
        }
        return DeadLetter(
            run.delivery,
            reason: remark.map { "\(reason) (\($0))" } ?? reason,
            id: run.task.id,
            task: run.task.task,
            result: result(.failure, failure.json, traceback),
            forgotten: forgotten,
            sequel: canvas.sequel(
                ofFailure: failure.json,
                .failure,
                traceback,
                of: run.task,
                at: now
            )
        )
    }

    /// The message for the next try, and the state meanwhile.
    func retried(_ failure: TaskFailure, _ traceback: String?, eta: Timestamp) -> FinishedTask {
        // As in Celery, where a task that is tried again is its own child.
        let child = "[[[\(JSONText(string: run.task.id.text)),null],null]]"
        var state = StoredResult(
            id: run.task.id,
            state: .retry,
            result: failure.json,
            traceback: traceback,
            children: JSONText(wellFormed: Array(child.utf8)),
            groupID: run.task.groupID,
            parentID: run.task.parentID
        )
        state.spelledID = run.task.spelledID
        return FinishedTask(
            run.delivery,
            result: run.ignoresResult ? nil : state,
            next: next { run.task.retry($0, queue: run.delivery.queue, eta: eta) }
        )
    }

    func replaced(by replacement: Replacement) -> FinishedTask {
        guard replacement.options != nil else {
            let workflow = replacement.signature
            let sequel = canvas.sequel(replacing: run.task, by: workflow, at: now)
            return FinishedTask(run.delivery, result: nil, sequel: sequel)
        }
        return FinishedTask(
            run.delivery,
            result: nil,
            next: next {
                run.task.replacement(replacement, $0, queue: run.delivery.queue, now: now)
            }
        )
    }

    func progress(_ value: JSONText) -> ProgressReport? {
        guard !run.ignoresResult else { return nil }
        var result = StoredResult(
            id: run.task.id,
            state: .progress,
            result: value,
            groupID: run.task.groupID,
            parentID: run.task.parentID
        )
        result.spelledID = run.task.spelledID
        return ProgressReport(run.delivery, result: result)
    }

    private func next(_ make: (Message) -> OutgoingMessage) -> [OutgoingMessage] {
        do throws(MessageError) {
            return [make(try run.delivery.message())]
        } catch {
            preconditionFailure("a message that was read cannot be read again: \(error)")
        }
    }

    /// The id of a task that ends without a result although somebody may ask for one.
    private var forgotten: TaskID? {
        run.ignoresResult && !run.task.ignoresResult ? run.task.id : nil
    }

    private func result(
        _ state: TaskState,
        _ value: JSONText,
        _ traceback: String?,
        _ sequel: Sequel? = nil
    ) -> StoredResult? {
        guard !run.ignoresResult else { return nil }
        let children = sequel?.children ?? []
        return Self.record(of: run.task, state, value, traceback, now, children: children)
    }
}

// MARK: - Of a task that has not run

extension WorkerState.Records {
    private static let celeryErrors = "celery.exceptions"

    static func expired(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ canvas: Canvas,
        _ now: Timestamp
    ) -> FinishedTask {
        finished(delivery, task, .revoked(because: "expired"), canvas, now)
    }

    static func revoked(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ canvas: Canvas,
        _ now: Timestamp
    ) -> FinishedTask {
        finished(delivery, task, .revoked(because: "revoked"), canvas, now)
    }

    private static func finished(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ failure: TaskFailure,
        _ canvas: Canvas,
        _ now: Timestamp
    ) -> FinishedTask {
        let result = task.ignoresResult ? nil : record(of: task, .revoked, failure.json, nil, now)
        let sequel = canvas.sequel(ofFailure: failure.json, .revoked, of: task, at: now)
        return FinishedTask(delivery, result: result, sequel: sequel)
    }

    static func letter(_ delivery: Delivery, _ broken: WorkerState.Undecodable) -> DeadLetter {
        let failure = TaskFailure(type: "DecodeError", message: "\(broken.reason)", module: "tq")
        let result = broken.id.map { id in
            StoredResult(id: id, state: .failure, result: failure.json, finishedAt: .now())
        }
        return DeadLetter(delivery, reason: "\(broken.reason)", id: broken.id, result: result)
    }

    /// A task that every worker has.
    static func answered(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ builtIn: BuiltInTask,
        _ canvas: Canvas,
        _ now: Timestamp
    ) -> FinishedTask {
        switch builtIn {
        case .calls(let workflow):
            let sequel = canvas.sequel(replacing: task, by: workflow, at: now)
            return FinishedTask(delivery, result: nil, sequel: sequel)
        case .accumulation(let value):
            let sequel = canvas.sequel(ofSuccess: value, of: task, at: now)
            let children = sequel?.children ?? []
            let result = record(of: task, .success, value, nil, now, children: children)
            return FinishedTask(
                delivery,
                result: task.ignoresResult ? nil : result,
                sequel: sequel
            )
        }
    }

    /// A task that kills the workers which hold it.
    static func poison(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ canvas: Canvas,
        _ now: Timestamp
    ) -> DeadLetter {
        let failure = Lease.failure(losses: delivery.losses)
        return setAside(delivery, task, "\(failure)", failure, canvas, now)
    }

    /// A task of which something is wrong with what is to follow it.
    static func broken(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ problem: String,
        _ canvas: Canvas,
        _ now: Timestamp
    ) -> DeadLetter {
        let name = ForeignText.cut(task.task.text, to: 200)
        let reason = "what is to follow the task \(name) cannot be run: \(problem)"
        let failure = TaskFailure(type: "DecodeError", message: reason, module: "tq")
        return setAside(delivery, task, reason, failure, canvas, now)
    }

    static func unknownTask(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ kind: String,
        _ hint: String?,
        _ canvas: Canvas,
        _ now: Timestamp
    ) -> DeadLetter {
        let failure = TaskFailure(
            type: "NotRegistered",
            message: task.task.text,
            module: celeryErrors
        )
        let name = ForeignText.cut(task.task.text, to: 200)
        let reason =
            "no \(kind) is configured for the task \(name)" + (hint.map { ": \($0)" } ?? "")
        return setAside(delivery, task, reason, failure, canvas, now)
    }

    private static func setAside(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ reason: String,
        _ failure: TaskFailure,
        _ canvas: Canvas,
        _ now: Timestamp
    ) -> DeadLetter {
        DeadLetter(
            delivery,
            reason: reason,
            id: task.id,
            task: task.task,
            result: task.ignoresResult ? nil : record(of: task, .failure, failure.json, nil, now),
            sequel: canvas.sequel(ofFailure: failure.json, of: task, at: now)
        )
    }

    private static func record(
        of task: TaskMessage,
        _ state: TaskState,
        _ value: JSONText,
        _ traceback: String?,
        _ now: Timestamp,
        children: [JSONText] = []
    ) -> StoredResult {
        var result = StoredResult(
            id: task.id,
            state: state,
            result: value,
            traceback: traceback,
            children: children.isEmpty ? .emptyArray : JSONText(array: children),
            finishedAt: now,
            groupID: task.groupID,
            parentID: task.parentID
        )
        result.spelledID = task.spelledID
        return result
    }
}
