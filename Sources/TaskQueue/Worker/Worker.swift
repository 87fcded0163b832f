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
    /// Between two looks at queues for a task that should be due.
    private static let shortestLook: Duration = .milliseconds(10)

    private let queues: [QueueName]
    private let runner: any TaskRunner
    private let ignoresResult: (TaskName) -> Bool
    private let body: BodyReader
    private let connect: () throws(BrokerError) -> BrokerConnection
    private let connectHeartbeat: @Sendable () throws(BrokerError) -> any LeaseKeeper
    private let report: @Sendable (WorkerEvent) -> Void

    private var state: WorkerState
    private var connection: BrokerConnection?
    private var settlements = Settlements()
    private let held = HeldTags()
    private var delay = ReconnectDelay()
    private var reconnectAt: ContinuousClock.Instant?
    /// Why the broker is gone; `nil`: it is there.
    private var brokerFailure: BrokerError?
    /// Whether the last look at the queues found less than was asked for.
    private var queuesAreEmpty = false
    private var lookedAt = ContinuousClock.now
    /// No task is taken before this time: one could not be started for want of processes or memory.
    private var takesAgainAt: ContinuousClock.Instant?
    /// By a signal, not by the worker's limits.
    private var hasBeenToldToStop = false
    private var stopsAtOnce = false
    private let startedAt = ContinuousClock.now

    /// - Parameters:
    ///   - queues: at least one.
    ///   - limits: when to stop, and how many tasks at once.
    ///   - runner: runs the tasks, on this thread.
    ///   - body: reads messages, compressed ones too.
    ///   - ignoresResult: whether the worker's own settings say so for a task.
    ///   - connect: makes a new connection each time it is called, and takes the lease.
    ///   - connectHeartbeat: makes a new connection for the heartbeat, on its thread.
    ///   - report: is told what happens, at once, on the worker's thread or the heartbeat's.
    package init(
        queues: [QueueName],
        limits: WorkerLimits,
        runner: any TaskRunner,
        body: BodyReader,
        ignoresResult: @escaping (TaskName) -> Bool = { _ in false },
        connect: @escaping () throws(BrokerError) -> BrokerConnection,
        connectHeartbeat: @escaping @Sendable () throws(BrokerError) -> any LeaseKeeper,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) {
        self.queues = queues
        self.runner = runner
        self.ignoresResult = ignoresResult
        self.body = body
        self.connect = connect
        self.connectHeartbeat = connectHeartbeat
        self.report = report
        state = WorkerState(limits: limits)
    }

    /// Runs until it is stopped by a signal or its limits.
    ///
    /// - Parameter signals: SIGTERM and SIGINT end it once what runs has ended; a second one, or
    ///   SIGQUIT, ends it at once.
    /// - Throws: ``BrokerError`` if the broker cannot be reached at the start; later it is waited for.
    package func run(signals: SignalQueue) throws(BrokerError) {
        let opened = try connect()
        connection = opened
        for (worker, tasks) in try opened.leases.recoverTasks() {
            report(.recovered(worker: worker, tasks: tasks))
        }
        let heartbeat = Heartbeat(
            held: held,
            queues: queues,
            connect: connectHeartbeat,
            report: report
        )
        defer { heartbeat.stop() }
        while true {
            handle(signals)
            for (run, outcome) in runner.advance() { end(run, outcome) }
            talkToBroker()
            stopIfLimitsSaySo()
            if state.phase == .stopped, settlements.isEmpty { return }
            // Who stops at once does not wait for a broker that is gone: the lease runs out.
            if state.phase == .stopped, stopsAtOnce, let brokerFailure { throw brokerFailure }
            if runner.nextDeadline.map({ $0 <= .now }) ?? false { continue }
            if canTakeMore { continue }
            wait(signals)
        }
    }
}

// MARK: - Stopping

extension Worker {
    private func handle(_ signals: SignalQueue) {
        while let signal = signals.next() {
            let isWarm = signal != SIGQUIT && !hasBeenToldToStop
            hasBeenToldToStop = true
            report(.stopping(.signal(warm: isWarm), running: state.runs.count))
            state.stop()
            guard !isWarm, !stopsAtOnce else { continue }
            stopsAtOnce = true
            runner.interrupt(grace: Self.grace)
        }
    }

    private func stopIfLimitsSaySo() {
        guard state.phase == .running else { return }
        if state.hasStartedAllItMay {
            stop(.maxTasks)
        } else if let maxTime = state.limits.maxTime, .now - startedAt >= maxTime {
            stop(.maxTime)
        } else if state.limits.isBurst, queuesAreEmpty, state.runs.isEmpty, settlements.isEmpty {
            stop(.burst)
        }
    }

    private func stop(_ reason: WorkerEvent.StopReason) {
        report(.stopping(reason, running: state.runs.count))
        state.stop()
    }
}

// MARK: - Tasks

extension Worker {
    private func end(_ run: RunID, _ outcome: TaskOutcome) {
        if let ended = state.runs[run] {
            report(.ended(ended.task, outcome, .now - ended.startedAt))
        }
        settlements.add(state.end(run, outcome, now: .now()))
        // It could not be started now; at once it would fail again.
        if outcome == .interrupted, !stopsAtOnce {
            takesAgainAt = .now + Self.startPause
            queuesAreEmpty = false
        }
    }

    private func handle(_ delivery: Delivery) {
        held.insert(delivery.tag)
        let decision = state.decide(
            delivery,
            read(delivery),
            canRun: runner.canRun,
            ignoresResult: ignoresResult,
            now: connection?.broker.now ?? .now()
        )
        switch decision {
        case .start(let run, let task):
            report(.started(task, delivery.queue))
            runner.start(task, queue: delivery.queue, as: run)
        case .delay(let later, let task, let eta):
            report(.delayed(task, until: eta))
            settlements.add(.requeue(later))
        case .expire(let finished, let task):
            report(.expired(task))
            settlements.add(.finish(finished))
        case .setAside(let letter):
            report(.setAside(letter.id, delivery.queue, reason: letter.reason))
            settlements.add(.setAside(letter))
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
    private var canTakeMore: Bool {
        connection != nil && vacancies > 0 && !queuesAreEmpty
    }

    /// Writes outcomes and takes tasks, if the broker is there.
    private func talkToBroker() {
        do throws(BrokerError) {
            guard let connection = try openedConnection() else { return }
            try commit(to: connection)
            try take(from: connection)
            try commit(to: connection)
            if delay.isFailing {
                delay.reset()
                report(.brokerIsBack)
            }
            brokerFailure = nil
        } catch {
            connection = nil
            brokerFailure = error
            let pause = delay.next()
            reconnectAt = .now + pause
            report(.brokerFailed(error, retryIn: pause))
        }
    }

    private func openedConnection() throws(BrokerError) -> BrokerConnection? {
        if let connection { return connection }
        if let reconnectAt, ContinuousClock.now < reconnectAt { return nil }
        let opened = try connect()
        try opened.leases.requeueAllBut(held.all)
        connection = opened
        queuesAreEmpty = false
        return opened
    }

    private func commit(to connection: BrokerConnection) throws(BrokerError) {
        guard !settlements.isEmpty else { return }
        let tags = settlements.tags
        let lost = try settlements.commit(to: connection.broker, backend: connection.backend)
        for tag in tags { held.remove(tag) }
        for delivery in lost { report(.lost(delivery)) }
    }

    private func take(from connection: BrokerConnection) throws(BrokerError) {
        let vacancies = vacancies
        guard vacancies > 0 else { return }
        try connection.arrivals.clear()
        lookedAt = .now
        let deliveries = try connection.broker.receive(from: queues, upTo: vacancies)
        queuesAreEmpty = deliveries.count < vacancies
        for delivery in deliveries { handle(delivery) }
        if queuesAreEmpty { try connection.arrivals.arm() }
    }

    /// Waits until something can be done.
    private func wait(_ signals: SignalQueue) {
        var entries = [signals.descriptor, runner.descriptor].map(Self.entry)
        if vacancies > 0, let connection {
            entries += connection.arrivals.descriptors.map(Self.entry)
        }
        let timeout = deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1
        guard poll(&entries, nfds_t(entries.count), timeout) >= 0 else { return }
        let arrived = entries.dropFirst(2).contains { $0.revents != 0 }
        if arrived || isTimeToLook { queuesAreEmpty = false }
    }

    private static func entry(_ descriptor: Int32) -> pollfd {
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    }

    /// The nearest time at which something is to be done without being told.
    private var deadline: ContinuousClock.Instant? {
        let end = state.phase == .running ? state.limits.maxTime.map { startedAt + $0 } : nil
        let reconnect = connection == nil ? reconnectAt : nil
        let pauseEnd = takesAgainAt.flatMap { $0 > .now ? $0 : nil }
        return [runner.nextDeadline, end, reconnect, nextLook, pauseEnd].compactMap(\.self).min()
    }

    private var isTimeToLook: Bool { nextLook.map { $0 <= .now } ?? false }

    /// When to look at the queues again although nothing was announced: a delayed task falls due, or
    /// the broker does not announce everything.
    private var nextLook: ContinuousClock.Instant? {
        guard vacancies > 0, let connection else { return nil }
        // The broker's clock decides what is due, and may be behind ours.
        let due = connection.broker.nextDue.map {
            max(.now + ($0 - .now()), lookedAt + Self.shortestLook)
        }
        return [due, connection.arrivals.longestWait.map { lookedAt + $0 }].compactMap(\.self).min()
    }
}
