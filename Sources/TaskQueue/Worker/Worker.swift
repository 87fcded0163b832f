internal import Glibc

/// Takes tasks from a broker and runs them, until it is told to stop.
///
/// One loop: it waits for orders, for the runner and for the consumer, and carries out what
/// ``WorkerState`` decides. If the broker is gone, it goes on running what it has; the consumer keeps the
/// outcomes, and writes them when the broker is back.
package final class Worker {
    /// How long no task is taken after a command could not be started for lack of processes or memory.
    static let startPause: Duration = .seconds(1)

    let runner: any TaskRunner
    let reload: () -> WorkerConfiguration?
    var body: BodyReader
    let connect: @Sendable ([QueueName]) throws(BrokerError) -> BrokerConnection
    let connectHeartbeat: (@Sendable () throws(BrokerError) -> any LeaseKeeper)?
    let report: @Sendable (WorkerEvent) -> Void
    let pulse: WorkerPulse?
    let startPatience: Duration

    /// How many messages are read before anything else is looked after; meanwhile the consumer
    /// writes and takes others.
    static let readAtOnce = 32

    var state: WorkerState
    var generator = SystemRandomNumberGenerator()
    var outbox = Outbox()
    let served: ServedQueues
    /// No task is taken before this time: one could not be started for lack of processes or memory.
    var takesAgainAt: Instant?
    var shutdown = Shutdown()
    var hasLostBroker = false
    /// Handlers that did not end.
    var leftBehind = 0
    /// Orders that came before the broker was reached.
    var earlyOrders: [WorkerOrder] = []
    let startedAt = Instant.now
    var nextPulse = Instant.now

    /// - Parameters:
    ///   - configuration: queues, limits, and what the settings say of tasks.
    ///   - reload: reads the configuration again, for SIGHUP; `nil`: it cannot be used, and that was
    ///     reported.
    ///   - runner: runs the tasks, on this thread.
    ///   - body: reads messages, compressed ones too.
    ///   - connect: makes a new connection for these queues at each call, and takes the lease;
    ///     called on the consumer's thread.
    ///   - connectHeartbeat: makes a new connection for the heartbeat, on its thread; `nil`: the broker has no
    ///     leases, see ``BrokerConnection/leases``.
    ///   - startPatience: how long to try a broker that cannot be reached at the start.
    ///   - pulse: called while the loop goes round and the broker answers; `nil`: nobody looks.
    ///   - report: called at once with what happens, on the worker's thread or the heartbeat's.
    package init(
        _ configuration: WorkerConfiguration,
        reload: @escaping () -> WorkerConfiguration? = { nil },
        runner: any TaskRunner,
        body: BodyReader,
        connect: @escaping @Sendable ([QueueName]) throws(BrokerError) -> BrokerConnection,
        connectHeartbeat: (@Sendable () throws(BrokerError) -> any LeaseKeeper)?,
        startPatience: Duration = .zero,
        pulse: WorkerPulse? = nil,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) {
        self.reload = reload
        self.runner = runner
        self.body = body.limited(to: configuration.limits.messageBytes)
        self.connect = connect
        self.connectHeartbeat = connectHeartbeat
        self.startPatience = startPatience
        self.pulse = pulse
        self.report = report
        served = ServedQueues(configuration.queues)
        state = WorkerState(configuration)
        runner.slots = configuration.limits.concurrency
    }

    /// Runs until it is stopped by an order or its limits.
    ///
    /// - Throws: ``BrokerError`` if the broker cannot be reached at the start, unless it should wait; later it
    ///   always waits.
    package func run(orders: any WorkerOrderSource) throws(BrokerError) {
        let held = HeldTags()
        guard let (consumer, refusal) = try openConsumer(held, orders) else { return }
        let heartbeat: Heartbeat?
        do throws(BrokerError) { heartbeat = try startHeartbeat(held) } catch {
            consumer.abandon()
            throw error
        }
        report(.ready)
        if let refusal { handle(refusal, consumer) }
        while true {
            for order in earlyOrders { handle(order, consumer) }
            earlyOrders = []
            while let order = orders.nextOrder() { handle(order, consumer) }
            for event in runner.advance() { handle(event, consumer) }
            for event in consumer.takeReports() { handle(event, consumer) }
            readArrivals(consumer)
            startWaiting(consumer)
            releaseIfStuck()
            for news in state.inabilities.takeNews() { tell(news) }
            consumer.write(takeOutcomes(), looksAgain: state.limits.burst != nil)
            consumer.write(takeProgress(consumer))
            wantTasks(consumer)
            stopIfLimitsSaySo(consumer)
            if state.phase == .stopped, state.arrived == 0, outbox.isEmpty, consumer.unsettled == 0
            {
                consumer.close()
            }
            // A worker that stops at once does not wait for a broker that is gone: its lease runs out.
            if let failure = reasonToEnd(consumer) {
                consumer.abandon()
                heartbeat?.abandon()
                throw failure
            }
            if consumer.isClosed { break }
            givePulse(isHealthy: heartbeat?.isHealthy != false && consumer.isUp)
            interruptIfTimeIsOver()
            if state.arrived > 0 || runner.nextDeadline.map({ $0 <= .now }) ?? false { continue }
            wait(orders, consumer)
        }
        consumer.join()
        runner.shutDown()
        heartbeat?.stop()
    }

    private func tell(_ news: Inabilities.News) {
        switch news {
        case .unable(let task, let reason): report(.unable(task, reason: reason))
        case .ableAgain(let task): report(.ableAgain(task))
        }
    }

    private func startHeartbeat(_ held: HeldTags) throws(BrokerError) -> Heartbeat? {
        guard let connectHeartbeat else { return nil }
        do throws(ResourceShortage) {
            return try Heartbeat(
                held: held,
                served: served,
                connect: connectHeartbeat,
                report: report
            )
        } catch { throw .shortage(error) }
    }

    /// Why a cold stop ends before everything is written; `nil`: it does not.
    private func reasonToEnd(_ consumer: Consumer) -> BrokerError? {
        guard shutdown.endsAt != nil else { return nil }
        if state.phase == .stopped, let failure = consumer.failure { return failure }
        guard shutdown.isOver(at: .now) else { return nil }
        return consumer.failure
            ?? .connectionLost(url: "the broker", reason: "it has not answered in time")
    }
}

// MARK: - Broker

extension Worker {
    func handle(_ event: ConsumerReport, _ consumer: Consumer) {
        switch event {
        case .taken(let deliveries): state.took(deliveries)
        case .looked(let look): state.looked(look.suspectsLeft, in: look.solitude, at: .now)
        case .failed(let error, let pause):
            hasLostBroker = true
            report(.brokerFailed(error, retryIn: pause))
        case .opened:
            if hasLostBroker { report(.brokerIsBack) }
            hasLostBroker = false
        case .takenBack(let tags):
            for settlement in state.giveUp(tags) { outbox.add(settlement, at: .now) }
        case .settled, .closed: break
        }
    }

    /// Whether no task is started, because one could not be a moment ago.
    var isPausing: Bool { runner.isStarved || takesAgainAt.map { $0 > .now } ?? false }

    /// Says how many tasks to take now.
    func wantTasks(_ consumer: Consumer) {
        // The consumer writes what it was given before it takes more.
        let now = Instant.now
        let solitude = state.solitude(isSettled: outbox.isEmpty, at: now)
        consumer.want(isPausing ? 0 : state.vacancies(in: solitude, at: now), in: solitude)
    }

    func takeOutcomes() -> [WorkerState.Settlement] {
        outbox.takeDue(
            isPressed: state.phase == .running && !(state.waiting.isEmpty && state.arrived == 0),
            at: .now
        )
    }

    func takeProgress(_ consumer: Consumer) -> [ProgressReport] {
        outbox.progress.takeDue(.now).compactMap { run, value in
            state.runs[run].flatMap {
                WorkerState.Records($0, state.canvas, consumer.now).progress(value)
            }
        }
    }

    /// Waits until something can be done.
    func wait(_ orders: any WorkerOrderSource, _ consumer: Consumer) {
        var entries = [orders.descriptor, runner.descriptor, consumer.descriptor].map {
            descriptor in
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        }
        let timeout = deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1
        poll(&entries, nfds_t(entries.count), timeout)
    }

    /// The nearest time at which something is to be done without an event.
    var deadline: Instant? {
        let now = Instant.now
        let end = state.phase == .running ? state.limits.maxTime.map { startedAt + $0 } : nil
        let pauseEnd = takesAgainAt.flatMap { $0 > now ? $0 : nil }
        let beat = pulse == nil ? nil : max(nextPulse, now + .milliseconds(100))
        let others = [
            runner.nextDeadline, end, interruptsAt, shutdown.endsAt, outbox.nextDeadline(at: now),
            beat, state.nextDeadline(after: now), pauseEnd,
        ]
        return others.compactMap(\.self).min()
    }
}
