/// What ends a worker, and its other orders.
extension Worker {
    func handle(_ order: WorkerOrder, _ consumer: Consumer) {
        switch order {
        case .stop: stop(isCold: false)
        case .stopAtOnce: stop(isCold: true)
        case .reload: reconfigure(consumer)
        case .addSlots(let count): addSlots(count)
        }
    }

    private func stop(isCold: Bool) {
        guard let isWarm = shutdown.told(isCold: isCold, at: .now) else { return }
        stop(.order(warm: isWarm))
        if !isWarm { interrupt() }
    }

    private func interrupt() {
        let grace = state.limits.grace
        if shutdown.interrupts(grace: grace, at: .now) { runner.interrupt(grace: grace) }
    }

    /// When running tasks are interrupted after an order to stop; `nil`: they were, or never.
    var interruptsAt: Instant? {
        shutdown.interruptsAt(after: state.limits.shutdownTimeout)
    }

    func interruptIfTimeIsOver() {
        guard let interruptsAt, interruptsAt <= .now, let timeout = state.limits.shutdownTimeout
        else { return }
        stop(.timeout(timeout))
        interrupt()
    }

    private func stop(_ reason: WorkerEvent.StopReason) {
        report(.stopping(reason, running: state.runs.count))
        let left = state.namesLeft
        if state.phase == .running, state.limits.burst != nil, !left.isEmpty {
            report(.leftUnrun(left))
        }
        for settlement in state.stop() { outbox.add(settlement, at: .now) }
    }

    private func addSlots(_ count: Int) {
        state.addSlots(count)
        runner.slots = state.limits.concurrency
        report(.resized(slots: state.limits.concurrency))
    }

    private func reconfigure(_ consumer: Consumer) {
        report(.reloading)
        if let configuration = reload() {
            state.reconfigure(configuration, at: .now)
            body = body.limited(to: configuration.limits.messageBytes)
            runner.slots = configuration.limits.concurrency
            served.all = configuration.queues
            consumer.serve(configuration.queues)
        }
        report(.ready)
    }

    func stopIfLimitsSaySo(_ consumer: Consumer) {
        guard state.phase == .running else { return }
        if state.hasStartedAllItMay {
            stop(.maxTasks)
        } else if let maxTime = state.limits.maxTime, .now - startedAt >= maxTime {
            stop(.maxTime)
        } else if let burst = state.limits.burst, consumer.queuesAreEmpty, state.isIdle, !isPausing,
            outbox.isEmpty, consumer.unsettled == 0, !awaits(state.latestUnable, consumer),
            burst == .whileQueued || !awaits(state.latestRetry, consumer)
        {
            stop(.burst)
        }
    }

    /// Whether a task that falls due then may not have been on its queue at the last look.
    private func awaits(_ due: Timestamp?, _ consumer: Consumer) -> Bool {
        guard let due else { return false }
        return consumer.lastLook.map { $0.time <= due } ?? true
    }

    func givePulse(isHealthy: Bool) {
        guard let pulse, nextPulse <= .now, isHealthy else { return }
        nextPulse = .now + pulse.interval
        pulse.beat()
    }
}
