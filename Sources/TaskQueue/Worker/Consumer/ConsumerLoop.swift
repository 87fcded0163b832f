internal import Glibc

/// What the thread of a ``Consumer`` does, action by action; ``ConsumerState`` decides on them.
struct ConsumerLoop {
    private let mailbox: ConsumerMailbox
    private let held: HeldTags
    private let connect: ([QueueName]) throws(BrokerError) -> BrokerConnection
    private let report: (WorkerEvent) -> Void

    private var state: ConsumerState
    private var connection: BrokerConnection?
    private var generator = SystemRandomNumberGenerator()

    init(
        _ mailbox: ConsumerMailbox,
        held: HeldTags,
        connect: @escaping ([QueueName]) throws(BrokerError) -> BrokerConnection,
        report: @escaping (WorkerEvent) -> Void
    ) {
        self.mailbox = mailbox
        self.held = held
        self.connect = connect
        self.report = report
        state = ConsumerState(mailbox.takeRequests())
    }

    /// Goes round until it is told to close and has written everything.
    mutating func run() {
        repeat { state.absorb(mailbox.takeRequests()) } while goRound()
        connection = nil
        mailbox.report(.closed)
    }

    /// Carries out actions until it has waited.
    ///
    /// - Returns: whether to go on.
    private mutating func goRound() -> Bool {
        while true {
            let action = state.next(at: now)
            do throws(BrokerError) {
                switch action {
                case .wait(let deadline):
                    wait(until: deadline)
                    return true
                case .end: return false
                case .tellOpened: mailbox.report(.opened)
                case .connect(let queues, let isFirst): try open(queues, isFirst: isFirst)
                default: if let connection { try carryOut(action, on: connection) }
                }
            } catch {
                connection = nil
                for report in state.failed(error, at: .now, using: &generator) {
                    mailbox.report(report)
                }
            }
        }
    }

    private mutating func carryOut(
        _ action: ConsumerAction,
        on connection: BrokerConnection
    ) throws(BrokerError) {
        switch action {
        case .settle(let settlements): try settle(settlements, on: connection)
        case .report(let reports): try write(reports, on: connection)
        case .receive(let limit, let solitude): try take(limit, solitude, from: connection)
        case .suspend: try suspend(connection)
        case .resume(let limit): try connection.arrivals.resume(upTo: limit)
        case .tend: try tend(connection)
        case .watch(let queues): try watch(queues, on: connection)
        case .connect, .tellOpened, .wait, .end: break
        }
    }

    /// By the broker's clock.
    private var now: Moment { Moment(.now, connection?.broker.now ?? .now()) }

    /// Waits until there are requests, tasks may have arrived, or a time has come.
    private mutating func wait(until deadline: Instant?) {
        let told = connection?.arrivals.descriptors ?? []
        // poll(2) ignores a negative descriptor.
        let own = connection?.keepAlive?.descriptor ?? -1
        var entries = ([mailbox.consumerDescriptor, own] + told).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        // What has been read already makes no descriptor readable.
        let hasRead = connection?.arrivals.longestWait == .zero
        let timeout = hasRead ? 0 : deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1
        guard poll(&entries, nfds_t(entries.count), timeout) >= 0 else { return }
        state.woken(
            hasArrived: hasRead || entries.dropFirst(2).contains { $0.revents != 0 },
            hasSign: entries[1].revents != 0,
            at: now
        )
    }
}

// MARK: - Connecting

extension ConsumerLoop {
    private mutating func open(_ queues: [QueueName], isFirst: Bool) throws(BrokerError) {
        let opened = try connect(queues)
        if !isFirst {
            try opened.leases?.requeueAllBut(held.all)
            try opened.broker.runClaims?.claim(held.all)
        } else {
            for (worker, tasks) in try opened.leases?.recoverTasks() ?? [] {
                report(.recovered(worker: worker, tasks: tasks))
            }
            for notice in try notices(opened) { report(.notice(notice)) }
        }
        connection = opened
        state.connected(
            longestWait: opened.arrivals.longestWait,
            isLease: opened.leases == nil,
            nextSign: opened.keepAlive?.deadline
        )
    }

    private mutating func tend(_ connection: BrokerConnection) throws(BrokerError) {
        guard let keepAlive = connection.keepAlive else { return }
        try keepAlive.tend()
        state.tended(until: keepAlive.deadline)
    }

    private mutating func suspend(_ connection: BrokerConnection) throws(BrokerError) {
        try connection.arrivals.suspend()
        // What has come already may have to go back before long.
        if let keepAlive = connection.keepAlive { state.tended(until: keepAlive.deadline) }
    }

    /// What an operator should know from the start; a server that saves nothing is often intended.
    private func notices(_ opened: BrokerConnection) throws(BrokerError) -> [String] {
        let advice = try opened.broker.advisingBroker?.advice() ?? []
        let evictions = advice.filter { $0 != .savesNothing }.map(\.description)
        return [opened.arrivals.notice].compactMap(\.self) + evictions
    }

    /// Waits for tasks of other queues from now on, and says so in the lease.
    private mutating func watch(
        _ queues: [QueueName],
        on connection: BrokerConnection
    ) throws(BrokerError) {
        try connection.arrivals.suspend()
        _ = try connection.leases?.renewLease(holding: held.all, serving: queues)
        let arrivals = try connection.broker.watchArrivals(on: queues)
        self.connection?.arrivals = arrivals
        state.watches(queues, longestWait: arrivals.longestWait)
    }
}

// MARK: - Tasks

extension ConsumerLoop {
    private mutating func settle(
        _ settlements: Settlements,
        on connection: BrokerConnection
    ) throws(BrokerError) {
        var left = settlements
        let written = left.commit(to: connection.broker, backend: connection.backend)
        for tag in written.tags { held.remove(tag) }
        for (delivery, loss) in written.lost { report(.lost(delivery, loss)) }
        mailbox.report(.settled(settlements.count - left.count))
        let news = state.settled(leaving: left, at: .now)
        if let failure = written.failure { throw failure }
        if let news { report(.brokerFailed(news, retryIn: ConsumerState.settlingPause)) }
    }

    private func write(
        _ reports: [ProgressReport],
        on connection: BrokerConnection
    ) throws(BrokerError) {
        if let backend = connection.backend {
            try backend.store(reports.map(\.result))
        } else {
            // Tasks that are no longer held are reported when they end.
            _ = try connection.broker.report(reports)
        }
    }

    private mutating func take(
        _ limit: Int,
        _ solitude: Solitude,
        from connection: BrokerConnection
    ) throws(BrokerError) {
        try connection.arrivals.clear()
        let broker = connection.broker
        let deliveries = try markEnded(
            broker.receive(from: state.queues, upTo: limit, in: solitude),
            connection
        )
        for delivery in deliveries { held.insert(delivery.tag) }
        if let (complaint, pause) = state.news(of: broker.complaint) {
            report(.brokerFailed(complaint, retryIn: pause))
        }
        if !deliveries.isEmpty { mailbox.report(.taken(deliveries)) }
        let now = broker.now
        let look = state.received(
            deliveries,
            leaving: broker.suspectsLeft,
            nextDue: broker.nextDue,
            at: Moment(.now, now),
            clockOffset: now - .now()
        )
        mailbox.report(.looked(look))
    }

    /// Where a connection is the hold on a task, its outcome may be stored and its acknowledgement lost: then it comes
    /// again, and is not to be run.
    private func markEnded(
        _ deliveries: [Delivery],
        _ connection: BrokerConnection
    ) throws(BrokerError) -> [Delivery] {
        guard connection.leases == nil, let backend = connection.backend else { return deliveries }
        let again = deliveries.compactMap { delivery in
            delivery.comesAgain && (delivery.standing == .open || delivery.isRevoked)
                ? (try? delivery.message()).flatMap(TaskMessage.id(of:)).map { (delivery, $0) }
                : nil
        }
        guard !again.isEmpty else { return deliveries }
        let known = try backend.fetch(again.map(\.1))
        var ended: [String: StoredResult] = [:]
        for (task, status) in zip(again, known) {
            if case .stored(let result) = status, result.state.isFinal {
                ended[task.0.tag] = result
            }
        }
        return deliveries.map { delivery in
            ended[delivery.tag].map { delivery.knownAs(.ended($0)) } ?? delivery
        }
    }
}
