internal import Glibc

/// Takes tasks from a broker and runs them, until it is told to stop.
///
/// One loop, one thread: it waits for the broker, for signals and for the runner, carries out what
/// ``WorkerState`` decides, and writes outcomes in batches. With the broker gone it goes on running what
/// it has, keeps the outcomes, and writes them when the broker is back.
package final class Worker {
    /// How long commands have between SIGTERM and SIGKILL in a cold stop.
    private static let grace: Duration = .seconds(5)
    /// After a command could not be started for want of processes or memory.
    private static let startPause: Duration = .seconds(1)

    let runner: any TaskRunner
    private let reload: () -> WorkerConfiguration?
    private let body: BodyReader
    private let connectHeartbeat: @Sendable () throws(BrokerError) -> any LeaseKeeper
    let report: @Sendable (WorkerEvent) -> Void
    private let pulse: WorkerPulse?

    var state: WorkerState
    var link: BrokerLink
    var outbox = Outbox()
    let held = HeldTags()
    private let served: ServedQueues
    /// No task is taken before this time: one could not be started for want of processes or memory.
    private var takesAgainAt: ContinuousClock.Instant?
    /// By a signal, not by the worker's limits.
    private var hasBeenToldToStop = false
    private var stopsAtOnce = false
    private let startedAt = ContinuousClock.now
    private var nextPulse = ContinuousClock.now

    /// - Parameters:
    ///   - configuration: queues, limits, and what the settings say of tasks.
    ///   - reload: reads the configuration again, for SIGHUP; `nil`: it cannot be used, and has been
    ///     complained about.
    ///   - runner: runs the tasks, on this thread.
    ///   - body: reads messages, compressed ones too.
    ///   - connect: makes a new connection each time it is called, for these queues, and takes the lease.
    ///   - connectHeartbeat: makes a new connection for the heartbeat, on its thread.
    ///   - pulse: is given while the loop goes round and the broker answers; `nil`: nobody looks.
    ///   - report: is told what happens, at once, on the worker's thread or the heartbeat's.
    package init(
        _ configuration: WorkerConfiguration,
        reload: @escaping () -> WorkerConfiguration? = { nil },
        runner: any TaskRunner,
        body: BodyReader,
        connect: @escaping ([QueueName]) throws(BrokerError) -> BrokerConnection,
        connectHeartbeat: @escaping @Sendable () throws(BrokerError) -> any LeaseKeeper,
        pulse: WorkerPulse? = nil,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) {
        self.reload = reload
        self.runner = runner
        self.body = body
        self.connectHeartbeat = connectHeartbeat
        self.pulse = pulse
        self.report = report
        link = BrokerLink(queues: configuration.queues, connect: connect)
        served = ServedQueues(configuration.queues)
        state = WorkerState(configuration)
        runner.slots = configuration.limits.concurrency
    }

    /// Runs until it is stopped by a signal or its limits.
    ///
    /// - Parameter signals: SIGTERM and SIGINT end it once what runs has ended; a second one, or
    ///   SIGQUIT, ends it at once. SIGHUP reads the configuration again, SIGTTIN and SIGTTOU change how
    ///   many tasks it runs at once by one.
    /// - Throws: ``BrokerError`` if the broker cannot be reached at the start; later it is waited for.
    package func run(signals: SignalQueue) throws(BrokerError) {
        let connection = try link.open()
        for (worker, tasks) in try connection.leases.recoverTasks() {
            report(.recovered(worker: worker, tasks: tasks))
        }
        let heartbeat = Heartbeat(
            held: held,
            served: served,
            connect: connectHeartbeat,
            report: report
        )
        defer { heartbeat.stop() }
        report(.ready)
        while true {
            while let signal = signals.next() { handle(signal) }
            for event in runner.advance() { handle(event) }
            startWaiting()
            talkToBroker()
            startWaiting()
            stopIfLimitsSaySo()
            if state.phase == .stopped, outbox.isEmpty { break }
            // Who stops at once does not wait for a broker that is gone: the lease runs out.
            if state.phase == .stopped, stopsAtOnce, let failure = link.failure { throw failure }
            givePulse(isHealthy: heartbeat.isHealthy)
            if runner.nextDeadline.map({ $0 <= .now }) ?? false { continue }
            if canTakeMore { continue }
            wait(signals)
        }
        runner.shutDown()
    }
}

// MARK: - Signals and limits

extension Worker {
    private func handle(_ signal: Int32) {
        switch signal {
        case SIGHUP: reconfigure()
        case SIGTTIN: addSlots(1)
        case SIGTTOU: addSlots(-1)
        default: stop(isWarm: signal != SIGQUIT && !hasBeenToldToStop)
        }
    }

    private func stop(isWarm: Bool) {
        hasBeenToldToStop = true
        stop(.signal(warm: isWarm))
        guard !isWarm, !stopsAtOnce else { return }
        stopsAtOnce = true
        runner.interrupt(grace: Self.grace)
    }

    private func stop(_ reason: WorkerEvent.StopReason) {
        report(.stopping(reason, running: state.runs.count))
        for settlement in state.stop() { write(settlement) }
    }

    private func addSlots(_ count: Int) {
        state.addSlots(count)
        runner.slots = state.limits.concurrency
        report(.resized(slots: state.limits.concurrency))
    }

    private func reconfigure() {
        report(.reloading)
        if let configuration = reload() {
            state.reconfigure(configuration)
            runner.slots = configuration.limits.concurrency
            served.all = configuration.queues
            link.serve(configuration.queues)
        }
        report(.ready)
    }

    private func stopIfLimitsSaySo() {
        guard state.phase == .running else { return }
        if state.hasStartedAllItMay {
            stop(.maxTasks)
        } else if let maxTime = state.limits.maxTime, .now - startedAt >= maxTime {
            stop(.maxTime)
        } else if let burst = state.limits.burst, link.queuesAreEmpty, state.isIdle, outbox.isEmpty,
            burst == .whileQueued || !awaitsRetry
        {
            stop(.burst)
        }
    }

    /// Whether a task that was to be tried again may not have been on its queue at the last look.
    private var awaitsRetry: Bool {
        guard let due = state.latestRetry else { return false }
        return link.lookedAtTime.map { $0 <= due } ?? true
    }

    private func givePulse(isHealthy: Bool) {
        guard let pulse, nextPulse <= .now, isHealthy, link.isUp else { return }
        nextPulse = .now + pulse.interval
        pulse.beat()
    }
}

// MARK: - Tasks

extension Worker {
    private func handle(_ event: RunEvent) {
        switch event {
        case .ended(let run, let outcome): end(run, outcome)
        case .progress(let run, let value): outbox.progress.note(run, value)
        case .shortage(let reason):
            // At once it would fail again.
            takesAgainAt = .now + Self.startPause
            link.queuesAreEmpty = false
            report(.shortage(reason))
        }
    }

    private func end(_ run: RunID, _ outcome: TaskOutcome) {
        let ended = state.runs[run]
        let (settlement, fate) = state.end(run, outcome, now: link.now)
        outbox.progress.forget(run)
        write(settlement)
        guard let ended else { return }
        report(.ended(ended.task, outcome, .now - ended.startedAt, fate))
    }

    private func write(_ settlement: WorkerState.Settlement) {
        outbox.add(settlement)
        if let due = settlement.due { link.expect(due) }
    }

    /// Starts tasks that are held, as far as there is room.
    private func startWaiting() {
        defer { runner.flush() }
        while let next = state.next(takesAhead: runner.takesAhead, now: link.now) {
            switch next {
            case .start(let assignment):
                report(.started(assignment.task, assignment.queue))
                runner.start(assignment)
            case .expire(let finished, let task):
                report(.expired(task))
                write(.finish(finished))
            }
        }
    }

    private func accept(_ delivery: Delivery) {
        held.insert(delivery.tag)
        let message = read(delivery)
        switch state.decide(delivery, message, canRun: runner.canRun, now: link.now) {
        case .accept: break
        case .delay(let later, let task, let eta):
            report(.delayed(task, until: eta))
            write(.requeue(later))
        case .expire(let finished, let task):
            report(.expired(task))
            write(.finish(finished))
        case .setAside(let letter):
            report(.setAside(letter.id, delivery.queue, reason: letter.reason))
            write(.setAside(letter))
        }
    }

    private func read(_ delivery: Delivery) -> Result<TaskMessage, WorkerState.Undecodable> {
        var id: TaskID?
        do throws(MessageError) {
            let message = try delivery.message()
            id = TaskMessage.id(of: message)
            return .success(try TaskMessage(message, body: body))
        } catch {
            return .failure(WorkerState.Undecodable(id: id, reason: error))
        }
    }
}

// MARK: - Broker

extension Worker {
    /// How many tasks to take now.
    private var vacancies: Int {
        if let takesAgainAt, takesAgainAt > .now { return 0 }
        return state.vacancies
    }

    /// Whether there is room, and the queues may hold more.
    private var canTakeMore: Bool { link.isUp && vacancies > 0 && !link.queuesAreEmpty }

    /// Writes outcomes and takes tasks, if the broker is there and it is time to.
    private func talkToBroker() {
        do throws(BrokerError) {
            guard let connection = try link.opened(holding: held) else { return }
            if outbox.isDue(isPressed: isPressed) { try commit(to: connection) }
            try writeProgress(to: connection)
            try take()
            if outbox.isDue(isPressed: isPressed) { try commit(to: connection) }
            if link.succeed() { report(.brokerIsBack) }
        } catch {
            report(.brokerFailed(error, retryIn: link.fail(error)))
        }
    }

    /// Whether there is something better to do than to write outcomes at once: tasks wait.
    private var isPressed: Bool { state.phase == .running && !state.waiting.isEmpty }

    private func commit(to connection: BrokerConnection) throws(BrokerError) {
        let written = outbox.commit(to: connection.broker, backend: connection.backend)
        for tag in written.tags { held.remove(tag) }
        for delivery in written.lost { report(.lost(delivery)) }
        if let failure = written.failure { throw failure }
        // What has ended may have sent tasks.
        if state.limits.burst != nil { link.queuesAreEmpty = false }
    }

    private func writeProgress(to connection: BrokerConnection) throws(BrokerError) {
        let due = outbox.progress.takeDue(.now)
        let reports = due.compactMap { run, value in
            state.runs[run].flatMap { WorkerState.Records($0, link.now).progress(value) }
        }
        guard !reports.isEmpty else { return }
        if let backend = connection.backend {
            try backend.store(reports.map(\.result))
        } else {
            // What is not held any more is told when the task ends.
            _ = try connection.broker.report(reports)
        }
    }

    private func take() throws(BrokerError) {
        let vacancies = vacancies
        guard vacancies > 0, !link.queuesAreEmpty else { return }
        for delivery in try link.take(upTo: vacancies) { accept(delivery) }
    }

    /// Waits until something can be done.
    private func wait(_ signals: SignalQueue) {
        var entries = [signals.descriptor, runner.descriptor].map(Self.entry)
        let canTake = vacancies > 0
        if canTake { entries += link.descriptors.map(Self.entry) }
        let timeout = deadline(canTake).map { PollTimeout.milliseconds(until: $0) } ?? -1
        guard poll(&entries, nfds_t(entries.count), timeout) >= 0 else { return }
        let arrived = entries.dropFirst(2).contains { $0.revents != 0 }
        if arrived || canTake && link.isTimeToLook { link.queuesAreEmpty = false }
    }

    private static func entry(_ descriptor: Int32) -> pollfd {
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    }

    /// The nearest time at which something is to be done without being told.
    private func deadline(_ canTake: Bool) -> ContinuousClock.Instant? {
        let end = state.phase == .running ? state.limits.maxTime.map { startedAt + $0 } : nil
        let pauseEnd = takesAgainAt.flatMap { $0 > .now ? $0 : nil }
        let writing = link.isUp ? outbox.nextDeadline : nil
        let beat = pulse == nil ? nil : max(nextPulse, .now + .milliseconds(100))
        let look = canTake ? link.nextLook : nil
        return [runner.nextDeadline, end, link.reconnectAt, look, pauseEnd, writing, beat]
            .compactMap(\.self).min()
    }
}
