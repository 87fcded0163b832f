extension WorkerState {
    /// Decides what to write for a task that has ended.
    ///
    /// - Parameters:
    ///   - run: of the task.
    ///   - outcome: of the run.
    ///   - duration: how long it took; zero if it was not begun.
    ///   - now: by the broker's clock.
    ///   - generator: of random numbers, for the delay of a retry.
    /// - Returns: what to write, and what becomes of the task.
    package mutating func end(
        _ run: RunID,
        _ outcome: TaskOutcome,
        after duration: Duration,
        now: Moment,
        using generator: inout some RandomNumberGenerator
    ) -> (Settlement, TaskFate) {
        guard let ended = runs.removeValue(forKey: run) else {
            preconditionFailure("a run ended that was not started: \(run)")
        }
        seclusion.ended(ended.delivery)
        if phase == .stopping, runs.isEmpty { phase = .stopped }
        if duration > .zero {
            prefetch.note(duration)
            hasMoved = true
            if !outcome.isUnable { inabilities.noteRun(ended.task.task) }
        }
        let records = Records(ended, canvas, now.time)
        switch outcome {
        case .success(let value):
            return (.finish(records.finished(.success, value)), .ended)
        case .failure(let failure, let traceback):
            return (.finish(records.finished(.failure, failure.json, traceback)), .ended)
        case .fatal(let failure, let traceback):
            return (.deadLetter(records.letter(failure, traceback)), .ended)
        case .retry(let delay, let failure, let traceback):
            return retry(
                ended,
                records,
                delay,
                failure,
                traceback,
                now.time,
                using: &generator
            )
        case .replaced(let replacement):
            guard let problem = replacement.problem(replacing: ended.task.id) else {
                return (.finish(records.replaced(by: replacement)), .ended)
            }
            let failure = TaskFailure.command("its replacement is refused, because \(problem)")
            return (.finish(records.finished(.failure, failure.json)), .ended)
        case .putBack:
            // Not at once: it would come back to this worker.
            let eta = now.time + .seconds(1)
            let task = RequeuedTask(ended.delivery, eta: eta, priority: ended.task.priority)
            return (.requeue(task), .ended)
        case .interrupted:
            startedTasks -= 1
            let task = RequeuedTask(ended.delivery, priority: ended.task.priority)
            return (.requeue(task), .ended)
        case .unable(let reason):
            startedTasks -= 1
            inabilities.note(ended.task.task, reason, now.instant)
            // A worker that keeps these tasks takes it again at once.
            let later =
                keeps(ended.task.task, at: now.instant) && phase == .running
                ? RequeuedTask(ended.delivery, priority: ended.task.priority)
                : putBack(ended.delivery, ended.task, now).0
            return (.requeue(later), .ended)
        }
    }

    private mutating func retry(
        _ ended: Run,
        _ records: Records,
        _ delay: Duration?,
        _ failure: TaskFailure,
        _ traceback: String?,
        _ now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> (Settlement, TaskFate) {
        let retries = ended.task.retries
        let policy = ended.policy.retry
        guard policy.allowsAnother(after: retries, own: ended.task.maxRetries) else {
            let remark = "given up after \(retries) \(retries == 1 ? "retry" : "retries")"
            return (.deadLetter(records.letter(failure, traceback, remark)), .outOfRetries(retries))
        }
        let wish = delay ?? policy.delay(after: retries, using: &generator)
        let delay = policy.bounded(wish, after: retries)
        let eta = now + delay
        latestRetry = max(latestRetry ?? eta, eta)
        return (
            .finish(records.retried(failure, traceback, eta: eta)),
            .retries(after: delay, number: retries + 1)
        )
    }
}
