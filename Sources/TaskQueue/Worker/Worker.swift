internal import Glibc

/// Takes tasks from a broker and runs them, until it is told to stop.
///
/// One loop: it waits for orders, for the runner and for the broker's lane, and carries out what
/// ``WorkerState`` decides. With the broker gone it goes on running what it has; the lane keeps the
/// outcomes, and writes them when the broker is back.
package final class Worker {
    /// Orders to stop that follow so fast on the first are the same.
    package static let orderEcho: Duration = .milliseconds(100)
    /// How long a cold stop takes beside the grace of what runs: what is not written then is left to the end of
    /// the lease.
    package static let writingTime: Duration = .seconds(1)
    /// After which tasks that are held ahead are put back, if none has begun or ended meanwhile.
    private static let patience: Duration = .seconds(5)
    /// After a command could not be started for want of processes or memory.
    private static let startPause: Duration = .seconds(1)

    private let runner: any TaskRunner
    private let reload: () -> WorkerConfiguration?
    private var body: BodyReader
    private let connect: @Sendable ([QueueName]) throws(BrokerError) -> BrokerConnection
    private let connectHeartbeat: @Sendable () throws(BrokerError) -> any LeaseKeeper
    private let report: @Sendable (WorkerEvent) -> Void
    private let pulse: WorkerPulse?
    private let startPatience: Duration

    /// So many messages are read before anything else is looked after: while they are, the broker's lane
    /// writes and takes others.
    private static let readAtOnce = 32

    private var state: WorkerState
    /// Messages that have come, in their order; of these, the first `readCount` have been read.
    private var arrivals: [Delivery] = []
    private var readCount = 0
    private var outbox = Outbox()
    private let served: ServedQueues
    /// No task is taken before this time: one could not be started for want of processes or memory.
    private var takesAgainAt: ContinuousClock.Instant?
    /// By an order, not by the worker's limits; `nil`: not yet.
    private var toldToStopAt: ContinuousClock.Instant?
    /// When a cold stop is over, whatever the broker does; `nil`: there is none.
    private var endsAt: ContinuousClock.Instant?
    private var hasLostBroker = false
    /// When a task has begun or ended last, as far as any were held ahead.
    private var movedAt = ContinuousClock.now
    /// Handlers that did not end.
    private var leftBehind = 0
    /// Those that came before the broker was reached.
    private var earlyOrders: [WorkerOrder] = []
    private let startedAt = ContinuousClock.now
    private var nextPulse = ContinuousClock.now

    /// - Parameters:
    ///   - configuration: queues, limits, and what the settings say of tasks.
    ///   - reload: reads the configuration again, for SIGHUP; `nil`: it cannot be used, and has been
    ///     complained about.
    ///   - runner: runs the tasks, on this thread.
    ///   - body: reads messages, compressed ones too.
    ///   - connect: makes a new connection each time it is called, for these queues, and takes the lease;
    ///     called on the lane's thread.
    ///   - connectHeartbeat: makes a new connection for the heartbeat, on its thread.
    ///   - startPatience: for how long a broker that cannot be reached at the start is tried again.
    ///   - pulse: is given while the loop goes round and the broker answers; `nil`: nobody looks.
    ///   - report: is told what happens, at once, on the worker's thread or the heartbeat's.
    package init(
        _ configuration: WorkerConfiguration,
        reload: @escaping () -> WorkerConfiguration? = { nil },
        runner: any TaskRunner,
        body: BodyReader,
        connect: @escaping @Sendable ([QueueName]) throws(BrokerError) -> BrokerConnection,
        connectHeartbeat: @escaping @Sendable () throws(BrokerError) -> any LeaseKeeper,
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
    /// - Throws: ``BrokerError`` if the broker cannot be reached at the start, unless it is to wait; later it
    ///   is waited for.
    package func run(orders: any WorkerOrderSource) throws(BrokerError) {
        let held = HeldTags()
        guard let (lane, refusal) = try openLane(held, orders) else { return }
        let heartbeat: Heartbeat
        do throws(BrokerError) { heartbeat = try startHeartbeat(held) } catch {
            lane.abandon()
            throw error
        }
        report(.ready)
        if let refusal { handle(refusal, lane) }
        while true {
            for order in earlyOrders { handle(order, lane) }
            earlyOrders = []
            while let order = orders.nextOrder() { handle(order, lane) }
            for event in runner.advance() { handle(event, lane) }
            for event in lane.takeReports() { handle(event, lane) }
            readArrivals(lane)
            startWaiting(lane)
            releaseIfStuck()
            for news in state.inabilities.takeNews() { tell(news) }
            lane.write(takeOutcomes(), looksAgain: state.limits.burst != nil)
            lane.write(takeProgress(lane))
            wantTasks(lane)
            stopIfLimitsSaySo(lane)
            if state.phase == .stopped, state.arrived == 0, outbox.isEmpty, lane.unsettled == 0 {
                lane.close()
            }
            // Who stops at once does not wait for a broker that is gone: the lease runs out.
            if let failure = reasonToEnd(lane) {
                lane.abandon()
                heartbeat.abandon()
                throw failure
            }
            if lane.isClosed { break }
            givePulse(isHealthy: heartbeat.isHealthy && lane.isUp)
            stopAtOnceIfTimeIsOver()
            if state.arrived > 0 || runner.nextDeadline.map({ $0 <= .now }) ?? false { continue }
            wait(orders, lane)
        }
        lane.join()
        runner.shutDown()
        heartbeat.stop()
    }

    private func tell(_ news: Inabilities.News) {
        switch news {
        case .unable(let task, let reason): report(.unable(task, reason: reason))
        case .ableAgain(let task): report(.ableAgain(task))
        }
    }

    private func startHeartbeat(_ held: HeldTags) throws(BrokerError) -> Heartbeat {
        do throws(ResourceShortage) {
            return try Heartbeat(
                held: held,
                served: served,
                connect: connectHeartbeat,
                report: report
            )
        } catch { throw .shortage(error) }
    }

    /// Why a cold stop ends though not all is written; `nil`: it does not.
    private func reasonToEnd(_ lane: BrokerLane) -> BrokerError? {
        guard let endsAt else { return nil }
        if state.phase == .stopped, let failure = lane.failure { return failure }
        guard endsAt <= .now else { return nil }
        return lane.failure
            ?? .connectionLost(url: "the broker", reason: "it has not answered in time")
    }
}

// MARK: - Start

extension Worker {
    /// Opens the way to the broker.
    ///
    /// - Returns: the lane, and why the broker refuses to work, if it does; `nil`: while it was waited for,
    ///   there was an order to stop.
    private func openLane(
        _ held: HeldTags,
        _ orders: any WorkerOrderSource
    ) throws(BrokerError) -> (BrokerLane, LaneReport?)? {
        var delay = ReconnectDelay()
        while true {
            let lane = try makeLane(held)
            do throws(BrokerError) {
                // Who waits for it later is told of it at once.
                let patience = state.limits.waitsForBroker ? .zero : startPatience
                var stop: WorkerOrder?
                let opening = try lane.open(within: patience, orders: orders.descriptor) {
                    stop = nextStop(orders)
                    return stop != nil
                }
                switch opening {
                case .open:
                    if hasLostBroker { report(.brokerIsBack) }
                    hasLostBroker = false
                    return (lane, nil)
                case .refused(let refusal): return (lane, refusal)
                case .stopped:
                    lane.abandon()
                    report(.stopping(.order(warm: stop != .stopAtOnce), running: 0))
                    return nil
                }
            } catch {
                lane.abandon()
                guard state.limits.waitsForBroker, error.mayPass else { throw error }
                hasLostBroker = true
                let pause = delay.next()
                report(.brokerFailed(error, retryIn: pause))
                if isStopped(by: orders, until: .now + pause) { return nil }
            }
        }
    }

    private func makeLane(_ held: HeldTags) throws(BrokerError) -> BrokerLane {
        do throws(ResourceShortage) {
            return try BrokerLane(
                queues: served.all,
                held: held,
                connect: connect,
                report: report
            )
        } catch { throw .shortage(error) }
    }

    /// Waits for the end of a pause, or an order to stop.
    private func isStopped(
        by orders: any WorkerOrderSource,
        until end: ContinuousClock.Instant
    ) -> Bool {
        repeat {
            if let order = nextStop(orders) {
                report(.stopping(.order(warm: order == .stop), running: 0))
                return true
            }
            var entry = pollfd(fd: orders.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, PollTimeout.milliseconds(until: end))
        } while .now < end
        return false
    }

    /// The next order to stop; others that come before are kept, and carried out later.
    private func nextStop(_ orders: any WorkerOrderSource) -> WorkerOrder? {
        while let order = orders.nextOrder() {
            if order.isStop { return order }
            earlyOrders.append(order)
        }
        return nil
    }
}

// MARK: - Orders and limits

extension Worker {
    private func handle(_ order: WorkerOrder, _ lane: BrokerLane) {
        switch order {
        case .stop: stop(isWarm: !hasBeenToldBefore)
        case .stopAtOnce: stop(isWarm: false)
        case .reload: reconfigure(lane)
        case .addSlots(let count): addSlots(count)
        }
    }

    /// Whether this is the second order to stop; timeout(1) sends the first one twice.
    private var hasBeenToldBefore: Bool {
        toldToStopAt.map { .now - $0 > Self.orderEcho } ?? false
    }

    private func stop(isWarm: Bool) {
        guard !isWarm || toldToStopAt == nil else { return }
        toldToStopAt = toldToStopAt ?? .now
        stop(.order(warm: isWarm))
        if !isWarm { interrupt() }
    }

    private func interrupt() {
        guard !stopsAtOnce else { return }
        endsAt = .now + state.limits.grace + Self.writingTime
        runner.interrupt(grace: state.limits.grace)
    }

    private var stopsAtOnce: Bool { endsAt != nil }

    /// When what still runs is interrupted, after an order to stop; `nil`: it was, or there is no such time.
    private var stopsAtOnceAt: ContinuousClock.Instant? {
        guard !stopsAtOnce, let toldToStopAt, let timeout = state.limits.shutdownTimeout else {
            return nil
        }
        return toldToStopAt + timeout
    }

    private func stopAtOnceIfTimeIsOver() {
        guard let stopsAtOnceAt, stopsAtOnceAt <= .now,
            let timeout = state.limits.shutdownTimeout
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
        for settlement in state.stop() { outbox.add(settlement) }
    }

    private func addSlots(_ count: Int) {
        state.addSlots(count)
        runner.slots = state.limits.concurrency
        report(.resized(slots: state.limits.concurrency))
    }

    private func reconfigure(_ lane: BrokerLane) {
        report(.reloading)
        if let configuration = reload() {
            state.reconfigure(configuration)
            body = body.limited(to: configuration.limits.messageBytes)
            runner.slots = configuration.limits.concurrency
            served.all = configuration.queues
            lane.serve(configuration.queues)
        }
        report(.ready)
    }

    private func stopIfLimitsSaySo(_ lane: BrokerLane) {
        guard state.phase == .running else { return }
        if state.hasStartedAllItMay {
            stop(.maxTasks)
        } else if let maxTime = state.limits.maxTime, .now - startedAt >= maxTime {
            stop(.maxTime)
        } else if let burst = state.limits.burst, lane.queuesAreEmpty, state.isIdle, !isPausing,
            outbox.isEmpty, lane.unsettled == 0, !awaits(state.latestUnable, lane),
            burst == .whileQueued || !awaits(state.latestRetry, lane)
        {
            stop(.burst)
        }
    }

    /// Whether a task that falls due then may not have been on its queue at the last look.
    private func awaits(_ due: Timestamp?, _ lane: BrokerLane) -> Bool {
        guard let due else { return false }
        return lane.lastLook.map { $0.time <= due } ?? true
    }

    private func givePulse(isHealthy: Bool) {
        guard let pulse, nextPulse <= .now, isHealthy else { return }
        nextPulse = .now + pulse.interval
        pulse.beat()
    }
}

// MARK: - Tasks

extension Worker {
    private func handle(_ event: RunEvent, _ lane: BrokerLane) {
        switch event {
        case .ended(let run, let outcome, let duration): end(run, outcome, duration, lane.now)
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
            for settlement in state.release() { outbox.add(settlement) }
        case .relieved: report(.relieved)
        }
    }

    private func end(
        _ run: RunID,
        _ outcome: TaskOutcome,
        _ duration: Duration,
        _ now: Timestamp
    ) {
        let ended = state.runs[run]
        let (settlement, fate) = state.end(run, outcome, after: duration, now: now)
        outbox.progress.forget(run)
        outbox.add(settlement)
        guard let ended else { return }
        report(.ended(ended.task, ended.delivery.queue, outcome, duration, fate))
    }

    /// Starts tasks that are held, as far as there is room.
    private func startWaiting(_ lane: BrokerLane) {
        guard !isPausing, !state.waiting.isEmpty else { return }
        let now = lane.now
        while let next = state.next(takesAhead: runner.takesAhead, now: now) {
            switch next {
            case .start(let assignment):
                report(.started(assignment.task, assignment.queue))
                runner.start(assignment)
            case .expire(let finished, let task):
                report(.expired(task, finished.delivery.queue))
                outbox.add(.finish(finished))
            }
        }
        runner.flush()
    }

    /// Puts back what is held ahead when tasks take much longer than those before.
    private func releaseIfStuck() {
        guard state.holdsAhead, !state.hasMoved else {
            movedAt = .now
            state.hasMoved = false
            return
        }
        if movedAt + Self.patience <= .now { release(and: 0) }
    }

    /// - Parameter others: so many tasks go back besides.
    private func release(and others: Int) {
        let settlements = state.release()
        for settlement in settlements { outbox.add(settlement) }
        report(.released(tasks: others + settlements.count))
    }

    /// Reads some of the messages that have come, and decides on them.
    private func readArrivals(_ lane: BrokerLane) {
        guard state.arrived > 0 else { return }
        let now = lane.now
        // What goes back to its queue goes at once, so that it keeps its order.
        let count = state.phase == .running ? Self.readAtOnce : state.arrived
        let end = min(readCount + count, arrivals.count)
        state.arrived -= end - readCount
        for delivery in arrivals[readCount..<end] { accept(delivery, now) }
        readCount = end
        guard state.arrived == 0 else { return }
        arrivals.removeAll(keepingCapacity: true)
        readCount = 0
    }

    private func accept(_ delivery: Delivery, _ now: Timestamp) {
        let message = read(delivery)
        switch state.decide(
            delivery,
            message,
            readiness: runner.readiness,
            kind: runner.kind,
            now: now
        ) {
        case .accept: break
        case .giveBack(let requeued): outbox.add(.requeue(requeued))
        case .delay(let later, let task, let eta):
            report(.delayed(task, until: eta))
            outbox.add(.requeue(later))
        case .expire(let finished, let task):
            report(.expired(task, delivery.queue))
            outbox.add(.finish(finished))
        case .revoke(let finished, let task):
            report(.revoked(task, delivery.queue))
            outbox.add(.finish(finished))
        case .setAside(let letter):
            report(.setAside(letter.id, delivery.queue, reason: letter.reason))
            outbox.add(.setAside(letter))
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

// MARK: - Broker

extension Worker {
    private func handle(_ event: LaneReport, _ lane: BrokerLane) {
        switch event {
        case .taken(let deliveries):
            arrivals += deliveries
            state.took(deliveries)
        case .looked(let look): state.looked(look.suspectsLeft, in: look.solitude)
        case .failed(let error, let pause):
            hasLostBroker = true
            report(.brokerFailed(error, retryIn: pause))
        case .opened:
            if hasLostBroker { report(.brokerIsBack) }
            hasLostBroker = false
        case .settled, .closed: break
        }
    }

    /// Whether no task is started: one could not be, a moment ago.
    private var isPausing: Bool { runner.isStarved || takesAgainAt.map { $0 > .now } ?? false }

    /// Says how many tasks to take now.
    private func wantTasks(_ lane: BrokerLane) {
        // What the lane has been given it writes before it takes.
        let solitude = state.solitude(isSettled: outbox.isEmpty)
        lane.want(isPausing ? 0 : state.vacancies(in: solitude), in: solitude)
    }

    private func takeOutcomes() -> [WorkerState.Settlement] {
        outbox.takeDue(
            isPressed: state.phase == .running && !(state.waiting.isEmpty && state.arrived == 0)
        )
    }

    private func takeProgress(_ lane: BrokerLane) -> [ProgressReport] {
        outbox.progress.takeDue(.now).compactMap { run, value in
            state.runs[run].flatMap { WorkerState.Records($0, lane.now).progress(value) }
        }
    }

    /// Waits until something can be done.
    private func wait(_ orders: any WorkerOrderSource, _ lane: BrokerLane) {
        var entries = [orders.descriptor, runner.descriptor, lane.descriptor].map { descriptor in
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        }
        let timeout = deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1
        poll(&entries, nfds_t(entries.count), timeout)
    }

    /// The nearest time at which something is to be done without being told.
    private var deadline: ContinuousClock.Instant? {
        let end = state.phase == .running ? state.limits.maxTime.map { startedAt + $0 } : nil
        let pauseEnds = [
            takesAgainAt.flatMap { $0 > .now ? $0 : nil }, state.inabilities.nextChange(.now),
        ]
        let beat = pulse == nil ? nil : max(nextPulse, .now + .milliseconds(100))
        let release = state.holdsAhead ? movedAt + Self.patience : nil
        let others = [
            runner.nextDeadline, end, release, stopsAtOnceAt, endsAt, outbox.nextDeadline, beat,
            state.nextDeadline,
        ]
        return (others + pauseEnds).compactMap(\.self).min()
    }
}
