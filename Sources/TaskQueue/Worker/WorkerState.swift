/// The decisions of a worker: how much to take, what to do with what it was given, when to stop.
///
/// It does no I/O, and uses neither a clock nor randomness of its own; ``Worker`` carries its decisions out.
package struct WorkerState {
    package internal(set) var phase = Phase.running
    package internal(set) var runs: [RunID: Run] = [:]
    private(set) var waiting: [Waiting] = []
    /// Messages that have come, in their order; how many of the first were decided on.
    private var arrivals: [Delivery] = []
    private var decidedCount = 0
    /// Whether a task has begun or ended since ``isStuck(at:)`` was asked.
    var hasMoved = false
    /// When one has last, as far as any were held ahead; `nil`: that was not asked yet.
    private var movedAt: Instant?
    /// After which tasks that are held ahead are given back, if none has begun or ended meanwhile.
    private static let patience: Duration = .seconds(5)
    var seclusion = Seclusion()
    package private(set) var limits: WorkerLimits
    private var policy: (TaskName) -> TaskPolicy
    private(set) var canvas: Canvas
    var prefetch: Prefetch
    var startedTasks = 0
    private var nextRun: UInt64 = 0
    /// When the last of the tasks that ended with a retry falls due; `nil`: none did.
    var latestRetry: Timestamp?
    /// The tasks that cannot be run now.
    var inabilities: Inabilities
    /// When the last of the tasks that could not be run but will be in a moment falls due; `nil`: there
    /// was none.
    private(set) var latestUnable: Timestamp?
    /// Tasks that cannot be run; a worker that ends with its queues keeps them until it ends.
    private(set) var left: [Waiting] = []
    /// Names of tasks that this worker has not run.
    var namesLeft: [TaskName] {
        Set(left.map(\.task.task) + inabilities.names).sorted { $0.text < $1.text }
    }
    private static let mostLeft = 1000

    package init(_ configuration: WorkerConfiguration) {
        limits = configuration.limits
        policy = configuration.policy
        canvas = configuration.canvas
        prefetch = Prefetch(fixed: configuration.limits.prefetch)
        inabilities = Inabilities(endsWithQueues: configuration.limits.burst != nil)
    }

    /// Takes no more tasks.
    ///
    /// - Returns: the tasks to give back, which were only held.
    package mutating func stop() -> [Settlement] {
        guard phase == .running else { return [] }
        phase = runs.isEmpty ? .stopped : .stopping
        defer { (waiting, left) = ([], []) }
        return (left + waiting).map {
            .requeue(RequeuedTask($0.delivery, priority: $0.task.priority))
        }
    }

    /// Whether tasks are held ahead by the worker's own decision, not by the settings.
    var holdsAhead: Bool { phase == .running && !waiting.isEmpty && !prefetch.isFixed }

    /// Whether tasks that run take much longer than those before, while others are held ahead.
    mutating func isStuck(at now: Instant) -> Bool {
        guard holdsAhead, !hasMoved, let movedAt else {
            movedAt = now
            hasMoved = false
            return false
        }
        return movedAt + Self.patience <= now
    }

    /// Running tasks take long: others may run what is held ahead, and no more is held until tasks are
    /// short again.
    ///
    /// - Returns: the tasks to give back.
    mutating func release() -> [Settlement] {
        prefetch.stall()
        guard holdsAhead else { return [] }
        defer { waiting = [] }
        for held in waiting { seclusion.ended(held.delivery) }
        return waiting.map { .requeue(RequeuedTask($0.delivery, priority: $0.task.priority)) }
    }

    /// The broker has taken tasks back because their connection is gone: those that have not begun are not run here.
    ///
    /// - Returns: the tasks to give back, as far as there are any left.
    mutating func giveUp(_ tags: Set<String>) -> [Settlement] {
        let isGone = { (delivery: Delivery) in tags.contains(delivery.tag) }
        let unread = arrivals.dropFirst(decidedCount)
        let held = (left + waiting).map(\.delivery).filter(isGone) + unread.filter(isGone)
        waiting.removeAll { isGone($0.delivery) }
        left.removeAll { isGone($0.delivery) }
        (arrivals, decidedCount) = (unread.filter { !isGone($0) }, 0)
        for delivery in held { seclusion.ended(delivery) }
        return held.map { .requeue(RequeuedTask($0)) }
    }

    /// Goes on with other settings; started tasks keep the old ones.
    package mutating func reconfigure(
        _ configuration: WorkerConfiguration,
        at now: Instant
    ) {
        limits = configuration.limits
        policy = configuration.policy
        canvas = configuration.canvas
        prefetch = Prefetch(fixed: configuration.limits.prefetch)
        inabilities.lookAgain(now)
    }

    /// Runs this many more tasks at once, or fewer; at least one.
    package mutating func addSlots(_ count: Int) {
        limits.concurrency = max(limits.concurrency + count, 1)
    }
}

// MARK: - How much

extension WorkerState {
    /// How many messages have come and are not decided on yet.
    package var arrived: Int { arrivals.count - decidedCount }

    /// How many tasks to take now, for a worker that is this far by itself.
    package func vacancies(
        in solitude: Solitude = .none,
        at now: Instant
    ) -> Int {
        // No task is taken for a moment if some could not be run.
        guard phase == .running, !inabilities.isPausing(now),
            !seclusion.isClosed(in: solitude, at: now)
        else { return 0 }
        let ahead = prefetch.count(slots: limits.concurrency)
        // Not one by one: a trip to the broker costs the same for many.
        guard ahead == 0 || waiting.count + arrived <= ahead / 2 else { return 0 }
        let room = limits.concurrency + ahead - runs.count - waiting.count - arrived
        let left = limits.maxTasks.map { $0 - startedTasks - waiting.count - arrived }
        return max(min(room, left ?? room), 0)
    }

    /// Whether the worker has started as many tasks as it may run.
    package var hasStartedAllItMay: Bool { limits.maxTasks.map { startedTasks >= $0 } ?? false }

    /// Whether nothing runs and nothing is held.
    package var isIdle: Bool { runs.isEmpty && waiting.isEmpty && arrived == 0 }

    /// How far the worker is by itself; `isSettled` says whether the outcomes of all ended tasks will be
    /// written before others are taken.
    package func solitude(isSettled: Bool, at now: Instant) -> Solitude {
        seclusion.solitude(
            isIdle: isSettled && isIdle,
            hasBegunAll: waiting.isEmpty && arrived == 0,
            at: now
        )
    }

    /// When ``vacancies(in:at:)`` or ``isStuck(at:)`` may change although nothing happens; `nil`: they do not.
    package func nextDeadline(after now: Instant) -> Instant? {
        let isOver = phase == .running ? seclusion.nextDeadline(after: now) : nil
        let isStuck = holdsAhead ? movedAt.map { $0 + Self.patience } : nil
        return [isOver, inabilities.nextChange(now), isStuck].compactMap(\.self).min()
    }

    private func hasRoom(for task: TaskName, takesAhead: (TaskName) -> Bool) -> Bool {
        if runs.count < limits.concurrency { return true }
        return runs.count < limits.concurrency * (1 + prefetch.perPipe) && takesAhead(task)
    }
}

// MARK: - Tasks

extension WorkerState {
    /// Messages have come, to be decided on.
    package mutating func took(_ deliveries: [Delivery]) {
        arrivals += deliveries
        seclusion.took(deliveries)
    }

    /// The next message to decide on; `nil`: there is none.
    package mutating func nextArrival() -> Delivery? {
        guard decidedCount < arrivals.count else { return nil }
        let delivery = arrivals[decidedCount]
        decidedCount += 1
        if decidedCount == arrivals.count {
            arrivals.removeAll(keepingCapacity: true)
            decidedCount = 0
        }
        return delivery
    }

    /// A worker this far by itself has looked at the queues.
    package mutating func looked(
        _ suspectsLeft: SuspectsLeft,
        in solitude: Solitude,
        at now: Instant
    ) {
        seclusion.looked(suspectsLeft, in: solitude, at: now)
    }

    /// Decides what becomes of a message.
    ///
    /// - Parameters:
    ///   - delivery: just taken; kept until its run ends, if it is accepted.
    ///   - message: what the delivery holds.
    ///   - readiness: whether tasks of a name can be run; a doubted one is checked with care.
    ///   - kind: says, for people, what runs them.
    ///   - now: by the broker's clock, as near as can be to the sender's.
    /// - Returns: what to do with it.
    package mutating func decide(
        _ delivery: Delivery,
        _ message: Result<TaskMessage, Undecodable>,
        readiness: (TaskName, _ isDoubted: Bool) -> Readiness,
        kind: String = "command",
        now: Moment
    ) -> Decision {
        let decision = decision(
            delivery,
            message,
            readiness: readiness,
            kind: kind,
            now: now
        )
        if case .accept = decision {} else { seclusion.ended(delivery) }
        return decision
    }

    private mutating func decision(
        _ delivery: Delivery,
        _ message: Result<TaskMessage, Undecodable>,
        readiness: (TaskName, _ isDoubted: Bool) -> Readiness,
        kind: String,
        now: Moment
    ) -> Decision {
        let task: TaskMessage
        switch message {
        case .success(let decoded): task = decoded
        case .failure(let reason): return .deadLetter(Records.letter(delivery, reason))
        }
        guard phase == .running else {
            return .giveBack(RequeuedTask(delivery, priority: task.priority))
        }
        switch delivery.standing {
        case .open: break
        case .revoked: return .revoke(Records.revoked(delivery, task, canvas, now.time), task)
        case .ended(let result):
            let sequel = result.flatMap { canvas.sequel(of: task, endedWith: $0, at: now.time) }
            return .drop(FinishedTask(delivery, result: nil, sequel: sequel), task)
        case .poison:
            return .deadLetter(Records.poison(delivery, task, canvas, now.time))
        }
        if task.hasExpired(now.time) {
            return .expire(Records.expired(delivery, task, canvas, now.time), task)
        }
        if let problem = canvas.problem(of: task) {
            return .deadLetter(Records.broken(delivery, task, problem, canvas, now.time))
        }
        if let eta = task.eta, eta > now.time {
            let later = RequeuedTask(
                delivery,
                eta: eta,
                priority: task.priority,
                isRedelivered: false
            )
            return .delay(later, task, until: eta)
        }
        if let builtIn = BuiltInTask(task) {
            let finished = Records.answered(delivery, task, builtIn, canvas, now.time)
            return .answer(finished, task)
        }
        switch inabilities.readiness(of: task.task, now.instant, readiness) {
        case .ready: break
        case .unable:
            guard !keeps(task.task, at: now.instant) else {
                left.append(Waiting(delivery: delivery, task: task))
                seclusion.ended(delivery)
                return .accept
            }
            let (later, eta) = putBack(delivery, task, now)
            return .delay(later, task, until: eta)
        case .unknown(let hint):
            return .deadLetter(Records.unknownTask(delivery, task, kind, hint, canvas, now.time))
        }
        waiting.append(Waiting(delivery: delivery, task: task))
        return .accept
    }

    /// Whether a task that cannot be run now is kept until the worker ends, and not put back.
    func keeps(_ task: TaskName, at now: Instant) -> Bool {
        limits.burst != nil && !inabilities.mayPass(task, now) && left.count < Self.mostLeft
    }

    /// Puts back a task that cannot be run now, for a while.
    mutating func putBack(
        _ delivery: Delivery,
        _ task: TaskMessage,
        _ now: Moment
    ) -> (RequeuedTask, Timestamp) {
        let eta = now.time + inabilities.delay(of: task.task, now.instant)
        if inabilities.mayPass(task.task, now.instant) {
            latestUnable = max(latestUnable ?? eta, eta)
        }
        return (RequeuedTask(delivery, eta: eta, priority: task.priority), eta)
    }

    /// Takes the next waiting task, if there is room for it; from now on it counts as running.
    ///
    /// - Parameters:
    ///   - takesAhead: whether tasks of a name may be started while all slots are taken.
    ///   - now: by the broker's clock, as near as can be to the sender's.
    /// - Returns: `nil` if no task waits, or none can be started.
    package mutating func next(takesAhead: (TaskName) -> Bool, now: Moment) -> Next? {
        guard phase == .running, let first = waiting.first,
            hasRoom(for: first.task.task, takesAhead: takesAhead)
        else { return nil }
        waiting.removeFirst()
        let (delivery, task) = (first.delivery, first.task)
        if task.hasExpired(now.time) {
            seclusion.ended(delivery)
            return .expire(Records.expired(delivery, task, canvas, now.time), task)
        }
        let run = RunID(nextRun)
        nextRun += 1
        startedTasks += 1
        if runs.count < limits.concurrency { hasMoved = true }
        let policy = policy(task.task)
        seclusion.began(delivery, at: now.instant)
        runs[run] = Run(task: task, delivery: delivery, startedAt: now.instant, policy: policy)
        return .start(
            TaskAssignment(
                run: run,
                task: task,
                queue: delivery.queue,
                limits: policy.limits(asked: task.timeLimits),
                maxRetries: policy.retry.limit(own: task.maxRetries)
            )
        )
    }
}
