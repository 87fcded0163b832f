internal import Glibc

/// What the thread of a ``BrokerLane`` does, round by round.
struct LaneDriver {
    /// Between two looks at queues for a task that should be due.
    private static let shortestLook: Duration = .milliseconds(10)

    /// A connection that has lasted so long was one, and the next failure is the first.
    private static let shortestUp: Duration = .seconds(1)

    private let mailbox: LaneMailbox
    private let held: HeldTags
    private let connect: ([QueueName]) throws(BrokerError) -> BrokerConnection
    private let report: (WorkerEvent) -> Void

    private var orders: LaneMailbox.Orders
    private var settlements = Settlements()
    private var progress: [ProgressReport] = []
    /// When to write again what something is in the way of; `nil`: nothing is.
    private var nextSettling: ContinuousClock.Instant?
    /// What was last reported of parts that do not work, while the others do.
    private var obstacle: BrokerError?
    private var complaint: BrokerError?
    private static let settlingPause: Duration = .seconds(5)
    /// So many tasks were taken in all.
    private var taken = 0

    private var connection: BrokerConnection?
    /// Of the connection.
    private var queues: [QueueName]
    private var hasBeenUp = false
    /// Whether all went well since the connection was made: a full disk lets it be made, and no more.
    private var isUp = false
    /// When that was told last.
    private var upSince: ContinuousClock.Instant?
    private var delay = ReconnectDelay()
    private var nextTry: ContinuousClock.Instant?

    /// Whether the last look at the queues found less than was asked for.
    private var queuesAreEmpty = false
    /// So many tasks were taken when the last was one under suspicion: no more are, until the worker has it
    /// and says how many.
    private var takenWithSuspect = 0
    /// Whether the worker alone was told of tasks that it does not want now.
    private var declinesArrivals = false
    private var lookedAt = ContinuousClock.now
    /// When a task falls due that the worker has put back itself, which the last look cannot have seen;
    /// `nil`: none.
    private var ownDue: Timestamp?

    init(
        _ mailbox: LaneMailbox,
        held: HeldTags,
        connect: @escaping ([QueueName]) throws(BrokerError) -> BrokerConnection,
        report: @escaping (WorkerEvent) -> Void
    ) {
        self.mailbox = mailbox
        self.held = held
        self.connect = connect
        self.report = report
        orders = mailbox.takeOrders()
        queues = orders.queues
    }

    /// Goes round until it is told to close, and has written all.
    mutating func run() {
        while true {
            absorb()
            if orders.isAbandoned { break }
            talk()
            if orders.isClosing, settlements.isEmpty, taken == orders.received { break }
            if !canTakeMore { wait() }
        }
        connection = nil
        mailbox.report(.closed)
    }

    private mutating func absorb() {
        orders = mailbox.takeOrders()
        for settlement in orders.settlements {
            settlements.add(settlement)
            nextSettling = nil
            if let due = settlement.due { ownDue = min(ownDue ?? due, due) }
        }
        progress += orders.progress
        if orders.looksAgain { queuesAreEmpty = false }
        if orders.queues != queues, connection != nil {
            // A connection waits for the arrivals of its own queues.
            connection = nil
            nextTry = nil
        }
    }

    /// So many tasks may be taken now.
    private var wanted: Int {
        orders.received < takenWithSuspect ? 0 : max(orders.granted - taken, 0)
    }

    /// How far the worker is by itself: not, if some of what was taken has not come to it.
    private var solitude: Solitude { taken == orders.received ? orders.solitude : .none }

    private var canTakeMore: Bool { connection != nil && wanted > 0 && !queuesAreEmpty }
}

// MARK: - The broker

extension LaneDriver {
    /// Writes what there is and takes what is wanted, if the broker is there.
    private mutating func talk() {
        do throws(BrokerError) {
            guard let connection = try opened() else { return }
            try settle(connection)
            try writeProgress(connection)
            if declinesArrivals { try connection.arrivals.decline() }
            declinesArrivals = false
            if wanted == 0, connection.arrivals.isRelied {
                _ = try connection.broker.receive(from: queues, upTo: 0, in: .none)
            }
            try take(connection)
            if !isUp {
                mailbox.report(.opened)
                upSince = .now
            }
            isUp = true
        } catch {
            connection = nil
            // A server may let one connection in and refuse the next that waiting takes, each time.
            if isUp, let upSince, upSince + Self.shortestUp < .now { delay.reset() }
            isUp = false
            let pause = delay.next()
            nextTry = .now + pause
            mailbox.report(.failed(error, retryIn: pause))
        }
    }

    private mutating func opened() throws(BrokerError) -> BrokerConnection? {
        if let connection { return connection }
        if let nextTry, ContinuousClock.now < nextTry { return nil }
        queues = orders.queues
        let opened = try connect(queues)
        if hasBeenUp {
            try opened.leases.requeueAllBut(held.all)
        } else {
            for (worker, tasks) in try opened.leases.recoverTasks() {
                report(.recovered(worker: worker, tasks: tasks))
            }
        }
        if !hasBeenUp { for notice in try notices(opened) { report(.notice(notice)) } }
        hasBeenUp = true
        connection = opened
        queuesAreEmpty = false
        return opened
    }

    /// What an operator should know from the start; that a server saves nothing is often meant so.
    private func notices(_ opened: BrokerConnection) throws(BrokerError) -> [String] {
        let advice = try (opened.broker as? any AdvisingBroker)?.advice() ?? []
        let evictions = advice.filter { $0 != .savesNothing }.map(\.description)
        return [opened.arrivals.notice].compactMap(\.self) + evictions
    }

    private mutating func settle(_ connection: BrokerConnection) throws(BrokerError) {
        guard !settlements.isEmpty, nextSettling.map({ $0 <= .now }) ?? true else { return }
        let before = settlements.count
        let written = settlements.commit(to: connection.broker, backend: connection.backend)
        for tag in written.tags { held.remove(tag) }
        for lost in written.lost {
            report(.lost(lost.delivery, isRepeated: lost.isRepeated))
        }
        mailbox.report(.settled(before - settlements.count))
        if let failure = written.failure { throw failure }
        nextSettling = settlements.isEmpty ? nil : .now + Self.settlingPause
        obstacle = tell(settlements.obstacle, after: obstacle, retryIn: Self.settlingPause)
    }

    /// Tells of what does not work while the rest does, when it is another than before.
    private func tell(
        _ new: BrokerError?,
        after last: BrokerError?,
        retryIn pause: Duration
    ) -> BrokerError? {
        if let new, new != last { report(.brokerFailed(new, retryIn: pause)) }
        return new
    }

    private mutating func writeProgress(_ connection: BrokerConnection) throws(BrokerError) {
        guard !progress.isEmpty else { return }
        let reports = progress
        progress = []
        if let backend = connection.backend {
            try backend.store(reports.map(\.result))
        } else {
            // What is not held any more is told when the task ends.
            _ = try connection.broker.report(reports)
        }
    }

    private mutating func take(_ connection: BrokerConnection) throws(BrokerError) {
        guard canTakeMore else { return }
        let limit = wanted
        try connection.arrivals.clear()
        lookedAt = .now
        let solitude = solitude
        let deliveries = try connection.broker.receive(from: queues, upTo: limit, in: solitude)
        for delivery in deliveries { held.insert(delivery.tag) }
        taken += deliveries.count
        complaint = tell(
            connection.broker.complaint,
            after: complaint,
            retryIn: connection.arrivals.longestWait ?? .zero
        )
        let isSuspect = deliveries.first?.isSuspect ?? false
        if isSuspect { takenWithSuspect = taken }
        let now = connection.broker.now
        if let due = ownDue, now >= due { ownDue = nil }
        queuesAreEmpty = deliveries.count < limit && !isSuspect
        if !deliveries.isEmpty { mailbox.report(.taken(deliveries)) }
        let look = QueueLook(
            isEmpty: queuesAreEmpty && connection.broker.suspectsLeft == .none,
            solitude: deliveries.isEmpty ? solitude : .none,
            suspectsLeft: connection.broker.suspectsLeft,
            serial: orders.serial,
            time: now,
            clockOffset: now - .now()
        )
        mailbox.report(.looked(look))
        if queuesAreEmpty { try connection.arrivals.arm() }
    }
}

// MARK: - Waiting

extension LaneDriver {
    /// Waits until there are orders, tasks may have arrived, or it is time to look.
    private mutating func wait() {
        let arrivals = connection?.arrivals
        let told = (wanted > 0 ? arrivals?.descriptors : arrivals?.exclusiveDescriptors) ?? []
        var entries = ([mailbox.laneDescriptor] + told).map(Self.entry)
        let timeout = deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1
        guard poll(&entries, nfds_t(entries.count), timeout) >= 0 else { return }
        let hasArrived = entries.dropFirst().contains { $0.revents != 0 }
        if wanted == 0 {
            declinesArrivals = hasArrived
        } else if hasArrived || nextLook.map({ $0 <= .now }) ?? false {
            queuesAreEmpty = false
        }
    }

    private static func entry(_ descriptor: Int32) -> pollfd {
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    }

    private var deadline: ContinuousClock.Instant? {
        connection == nil ? nextTry : [nextLook, nextSettling].compactMap(\.self).min()
    }

    /// When to look at the queues again although nothing was announced: a delayed task falls due, or
    /// the broker does not announce everything.
    private var nextLook: ContinuousClock.Instant? {
        guard wanted > 0, let connection else { return nil }
        // The broker's clock decides what is due, and may be behind ours.
        let nextDue = [connection.broker.nextDue, ownDue].compactMap(\.self).min()
        let due = nextDue.map {
            max(.now + ($0 - connection.broker.now), lookedAt + Self.shortestLook)
        }
        return [due, connection.arrivals.longestWait.map { lookedAt + $0 }].compactMap(\.self).min()
    }
}
