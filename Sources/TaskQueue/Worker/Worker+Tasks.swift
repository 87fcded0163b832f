/// What becomes of tasks: taken ones, running ones, ended ones.
extension Worker {
    func handle(_ event: RunEvent, _ consumer: Consumer) {
        switch event {
        case .ended(let run, let outcome, let duration):
            end(run, outcome, duration, Moment(.now, consumer.now))
        case .progress(let run, let value): outbox.progress.note(run, value)
        case .remark(let run, let remark):
            if let task = state.runs[run]?.task { report(.remark(task, remark)) }
        case .guardLost(let isReplaced): report(.guardLost(isReplaced: isReplaced))
        case .shortage(let reason):
            // At once it would fail again.
            takesAgainAt = .now + Self.startPause
            report(.shortage(reason))
        case .leftBehind(let run):
            leftBehind += 1
            if let task = state.runs[run]?.task { report(.leftBehind(task, count: leftBehind)) }
        case .stalled(let tasks): release(and: tasks)
        case .held(let slots): report(.held(slots: slots))
        case .starved(let tasks):
            report(.starved(tasks: tasks))
            for settlement in state.release() { outbox.add(settlement, at: .now) }
        case .relieved: report(.relieved)
        }
    }

    private func end(
        _ run: RunID,
        _ outcome: TaskOutcome,
        _ duration: Duration,
        _ now: Moment
    ) {
        let ended = state.runs[run]
        let (settlement, fate) = state.end(
            run,
            outcome,
            after: duration,
            now: now,
            using: &generator
        )
        outbox.progress.forget(run)
        outbox.add(settlement, at: .now)
        guard let ended else { return }
        report(.ended(ended.task, ended.delivery.queue, outcome, duration, fate))
    }

    /// Starts held tasks, as far as there is room.
    func startWaiting(_ consumer: Consumer) {
        guard !isPausing, !state.waiting.isEmpty else { return }
        let time = consumer.now
        while let next = state.next(takesAhead: runner.takesAhead, now: Moment(.now, time)) {
            switch next {
            case .start(let assignment):
                report(.started(assignment.task, assignment.queue))
                runner.start(assignment)
            case .expire(let finished, let task):
                report(.expired(task, finished.delivery.queue))
                outbox.add(.finish(finished), at: .now)
            }
        }
        runner.flush()
    }

    /// Puts back tasks held ahead when tasks take much longer than earlier ones.
    func releaseIfStuck() {
        if state.isStuck(at: .now) { release(and: 0) }
    }

    /// - Parameter others: how many tasks go back besides.
    private func release(and others: Int) {
        let settlements = state.release()
        for settlement in settlements { outbox.add(settlement, at: .now) }
        report(.released(tasks: others + settlements.count))
    }

    /// Reads some of the messages that have come, and decides on them.
    func readArrivals(_ consumer: Consumer) {
        guard state.arrived > 0 else { return }
        let now = Moment(.now, consumer.now)
        // Tasks that go back to their queue go at once, so that they keep their order.
        var left = state.phase == .running ? Self.readAtOnce : state.arrived
        while left > 0, let delivery = state.nextArrival() {
            accept(delivery, now)
            left -= 1
        }
    }

    private func accept(_ delivery: Delivery, _ now: Moment) {
        let message = read(delivery)
        switch state.decide(
            delivery,
            message,
            readiness: runner.readiness,
            kind: runner.kind,
            now: now
        ) {
        case .accept: break
        case .giveBack(let requeued): outbox.add(.requeue(requeued), at: .now)
        case .delay(let later, let task, let eta):
            report(.delayed(task, until: eta))
            outbox.add(.requeue(later), at: .now)
        case .expire(let finished, let task):
            report(.expired(task, delivery.queue))
            outbox.add(.finish(finished), at: .now)
        case .revoke(let finished, let task):
            report(.revoked(task, delivery.queue))
            outbox.add(.finish(finished), at: .now)
        case .answer(let finished, let task):
            report(.answered(task, delivery.queue))
            outbox.add(.finish(finished), at: .now)
        case .drop(let finished, let task):
            report(.endedBefore(task, delivery.queue))
            outbox.add(.finish(finished), at: .now)
        case .deadLetter(let letter):
            report(.deadLetter(letter.id, delivery.queue, reason: letter.reason))
            outbox.add(.deadLetter(letter), at: .now)
        }
    }

    private func read(_ delivery: Delivery) -> Result<TaskMessage, WorkerState.Undecodable> {
        let message: Message
        do throws(MessageError) { message = try delivery.message() } catch {
            return .failure(WorkerState.Undecodable(id: nil, reason: error))
        }
        do throws(MessageError) {
            return .success(try TaskMessage(message, body: body))
        } catch {
            return .failure(WorkerState.Undecodable(id: TaskMessage.id(of: message), reason: error))
        }
    }
}
