/// What a worker decides: how much to take, what to do with what it was given, when to stop.
///
/// It does nothing itself; ``Worker`` carries its decisions out.
package struct WorkerState {
    package enum Phase: Equatable, Sendable {
        case running
        /// Takes no more; what runs is finished.
        case stopping
        /// Nothing runs and nothing is to be taken any more.
        case stopped
    }

    /// A task that runs.
    package struct Run: Sendable {
        package let task: TaskMessage
        package let delivery: Delivery
        package let startedAt: ContinuousClock.Instant
        let ignoresResult: Bool
    }

    /// What to do with a message that was taken.
    package enum Decision: Sendable {
        case start(RunID, TaskMessage)
        case delay(RequeuedTask, TaskMessage, until: Timestamp)
        case expire(FinishedTask, TaskMessage)
        case setAside(DeadLetter)
    }

    /// What to write for a task that has ended.
    package enum Settlement: Sendable {
        case finish(FinishedTask)
        case requeue(RequeuedTask)
        case setAside(DeadLetter)
    }

    package private(set) var phase = Phase.running
    package private(set) var runs: [RunID: Run] = [:]
    package let limits: WorkerLimits
    private var startedTasks = 0
    private var nextRun: UInt64 = 0

    package init(limits: WorkerLimits) {
        self.limits = limits
    }

    /// How many tasks to take now.
    package var vacancies: Int {
        guard phase == .running else { return 0 }
        let free = limits.concurrency - runs.count
        return min(free, limits.maxTasks.map { $0 - startedTasks } ?? free)
    }

    /// Whether as many tasks were started as the worker may run.
    package var hasStartedAllItMay: Bool { limits.maxTasks.map { startedTasks >= $0 } ?? false }

    /// No more is taken.
    package mutating func stop() {
        if phase == .running { phase = runs.isEmpty ? .stopped : .stopping }
    }
}

// MARK: - Tasks

extension WorkerState {
    /// Decides what becomes of a message.
    ///
    /// - Parameters:
    ///   - delivery: just taken; kept until the run ends, if one starts.
    ///   - message: what the delivery holds.
    ///   - canRun: whether there is something to run for the task.
    ///   - ignoresResult: whether the worker's own settings say so for this task.
    ///   - now: as the sender's clock would have it.
    /// - Returns: what to do with it; a run that is to start counts as running from now on.
    package mutating func decide(
        _ delivery: Delivery,
        _ message: Result<TaskMessage, Undecodable>,
        canRun: (TaskName) -> Bool,
        ignoresResult: (TaskName) -> Bool,
        now: Timestamp
    ) -> Decision {
        let task: TaskMessage
        switch message {
        case .success(let decoded): task = decoded
        case .failure(let reason): return .setAside(Self.letter(delivery, reason))
        }
        if let expires = task.expires, expires <= now {
            return .expire(FinishedTask(delivery, result: Self.expired(task, now)), task)
        }
        if let eta = task.eta, eta > now {
            let later = RequeuedTask(delivery, eta: eta, priority: task.priority)
            return .delay(later, task, until: eta)
        }
        guard canRun(task.task) else { return .setAside(Self.unknownTask(delivery, task, now)) }
        let run = RunID(nextRun)
        nextRun += 1
        startedTasks += 1
        runs[run] = Run(
            task: task,
            delivery: delivery,
            startedAt: .now,
            ignoresResult: task.ignoresResult || ignoresResult(task.task)
        )
        return .start(run, task)
    }

    /// A message that is none, and its id if that can be read all the same.
    package struct Undecodable: Error {
        let id: TaskID?
        let reason: MessageError

        package init(id: TaskID?, reason: MessageError) {
            self.id = id
            self.reason = reason
        }
    }

    /// Decides what to write for a task that has ended.
    package mutating func end(_ run: RunID, _ outcome: TaskOutcome, now: Timestamp) -> Settlement {
        guard let ended = runs.removeValue(forKey: run) else {
            preconditionFailure("a run ended that was not started: \(run)")
        }
        if phase == .stopping, runs.isEmpty { phase = .stopped }
        let delivery = ended.delivery
        switch outcome {
        case .success(let value):
            let result = result(of: ended, .success, value, nil, now)
            return .finish(FinishedTask(delivery, result: result))
        case .failure(let failure, let traceback), .retry(_, let failure, let traceback):
            let result = result(of: ended, .failure, failure.json, traceback, now)
            return .finish(FinishedTask(delivery, result: result))
        case .fatal(let failure, let traceback):
            return .setAside(
                DeadLetter(
                    delivery,
                    reason: failure.description,
                    id: ended.task.id,
                    task: ended.task.task,
                    result: result(of: ended, .failure, failure.json, traceback, now)
                )
            )
        case .interrupted:
            return .requeue(RequeuedTask(delivery, priority: ended.task.priority))
        }
    }
}

// MARK: - Records

extension WorkerState {
    private func result(
        of run: Run,
        _ state: TaskState,
        _ value: JSONText,
        _ traceback: String?,
        _ now: Timestamp
    ) -> StoredResult? {
        run.ignoresResult ? nil : Self.record(of: run.task, state, value, traceback, now)
    }

    private static func record(
        of task: TaskMessage,
        _ state: TaskState,
        _ value: JSONText,
        _ traceback: String?,
        _ now: Timestamp
    ) -> StoredResult {
        StoredResult(
            id: task.id,
            state: state,
            result: value,
            traceback: traceback,
            finishedAt: now,
            groupID: task.groupID,
            parentID: task.parentID
        )
    }

    private static func expired(_ task: TaskMessage, _ now: Timestamp) -> StoredResult? {
        let failure = TaskFailure(
            type: "TaskRevokedError",
            message: "expired",
            module: celeryErrors
        )
        return task.ignoresResult ? nil : record(of: task, .revoked, failure.json, nil, now)
    }

    private static func letter(_ delivery: Delivery, _ broken: Undecodable) -> DeadLetter {
        let failure = TaskFailure(type: "DecodeError", message: "\(broken.reason)", module: "tq")
        let result = broken.id.map { id in
            StoredResult(id: id, state: .failure, result: failure.json, finishedAt: .now())
        }
        return DeadLetter(delivery, reason: "\(broken.reason)", id: broken.id, result: result)
    }

    private static func unknownTask(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ now: Timestamp
    ) -> DeadLetter {
        let failure = TaskFailure(
            type: "NotRegistered",
            message: task.task.text,
            module: celeryErrors
        )
        return DeadLetter(
            delivery,
            reason: "no command is configured for the task \(task.task)",
            id: task.id,
            task: task.task,
            result: task.ignoresResult ? nil : record(of: task, .failure, failure.json, nil, now)
        )
    }

    private static let celeryErrors = "celery.exceptions"
}
