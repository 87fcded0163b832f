internal import Glibc

/// The worker's way to its broker: a thread that takes tasks and writes outcomes, so that what runs never
/// waits for the broker, nor the broker for what runs.
final class BrokerLane {
    private let mailbox: LaneMailbox
    private let thread: pthread_t
    private var received = 0
    private var granted = 0
    private var serial = 0
    /// As it was told last.
    private var solitude = Solitude.alone
    /// Whether it was told to look for tasks under suspicion, and has not looked since.
    private var looksForSuspects = false
    /// Settlements that are not written yet.
    private(set) var unsettled = 0
    private(set) var isUp = false
    /// Why the broker is gone; `nil`: it is there.
    private(set) var failure: BrokerError?
    /// The last look at the queues; `nil`: none yet.
    private(set) var lastLook: QueueLook?
    private(set) var isClosed = false

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - queues: from which tasks are taken.
    ///   - held: what the worker holds: the lane adds what it takes, and removes what is settled.
    ///   - connect: makes a connection; called on the thread, again after each failure.
    ///   - report: is told of what was lost or recovered, on the thread.
    /// - Throws: ``ResourceShortage``.
    init(
        queues: [QueueName],
        held: HeldTags,
        connect: @escaping @Sendable ([QueueName]) throws(BrokerError) -> BrokerConnection,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) throws(ResourceShortage) {
        let mailbox = try LaneMailbox(queues: queues)
        self.mailbox = mailbox
        thread = try Thread.start {
            var driver = LaneDriver(mailbox, held: held, connect: connect, report: report)
            driver.run()
        }
    }

    /// Becomes readable when ``takeReports()`` has something.
    var descriptor: Int32 { mailbox.workerDescriptor }

    /// The broker's clock, as of the last look.
    var now: Timestamp { .now() + (lastLook?.clockOffset ?? .zero) }

    /// How waiting for the broker at the start ends.
    enum Opening {
        case open
        /// It is there and refuses to work, which is waited out as an outage is.
        case refused(LaneReport)
        /// The worker was told to stop before.
        case stopped
    }

    /// Waits until the broker is reached, or not.
    ///
    /// - Parameters:
    ///   - patience: for how long it is tried again, if it is not there: it may be starting, too.
    ///   - orders: becomes readable when there are some.
    ///   - isStopped: reads them, and says whether one of them is to stop, which ends the wait.
    /// - Returns: whether it was reached, or the wait ended before.
    /// - Throws: ``BrokerError`` if it cannot be reached, or lets nobody in.
    func open(
        within patience: Duration,
        orders: Int32,
        isStopped: () -> Bool
    ) throws(BrokerError) -> Opening {
        let deadline = ContinuousClock.now + patience
        while !isUp {
            var entries = [descriptor, orders].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            poll(&entries, 2, -1)
            if isStopped() { return .stopped }
            let reports = takeReports()
            guard let failure, let last = reports.last else { continue }
            switch failure {
            case .refused: return .refused(last)
            case .unreachable, .connectionLost: if deadline <= .now { throw failure }
            default: throw failure
            }
        }
        return .open
    }

    /// What has happened since the last call.
    func takeReports() -> [LaneReport] {
        let reports = mailbox.takeReports()
        for report in reports { note(report) }
        return reports
    }

    private func note(_ report: LaneReport) {
        switch report {
        case .opened:
            isUp = true
            failure = nil
        case .taken(let deliveries):
            received += deliveries.count
            solitude = .none
            if deliveries.contains(where: \.isSuspect) { withdraw() }
        case .settled(let count): unsettled -= count
        case .looked(let look):
            lastLook = look
            looksForSuspects = false
        case .failed(let error, _):
            isUp = false
            failure = error
        case .closed: isClosed = true
        }
    }

    /// Whether the last look at the queues found less than was asked for, and nothing was written since.
    var queuesAreEmpty: Bool { lastLook.map { $0.isEmpty && $0.serial == serial } ?? false }
}

// MARK: - Orders

extension BrokerLane {
    /// Takes up to so many tasks from now on, beside those that have come.
    ///
    /// - Parameters:
    ///   - count: how many at most.
    ///   - solitude: how far the worker is by itself.
    func want(_ count: Int, in solitude: Solitude) {
        let total = received + count
        // What was left for want of solitude may be had now.
        let looksAgain = count > 0 && mayTakeSuspects(in: solitude)
        guard total != granted || looksAgain || solitude != self.solitude else { return }
        // None any more is news too: others may rely on this worker to wait.
        let isNews = total > granted || total != granted && count == 0 || looksAgain
        granted = total
        self.solitude = solitude
        if looksAgain { looksForSuspects = true }
        mailbox.order { [received] orders in
            orders.granted = total
            orders.received = received
            orders.solitude = solitude
            if looksAgain { orders.looksAgain = true }
            return isNews
        }
    }

    /// Whether the last look left tasks under suspicion, and another may not: the worker is by itself now as
    /// it was not then, or has made itself quiet for long enough.
    private func mayTakeSuspects(in solitude: Solitude) -> Bool {
        guard !looksForSuspects, let look = lastLook else { return false }
        switch look.suspectsLeft {
        case .none: return false
        case .toOthers: return look.solitude < solitude
        case .toThis: return true
        }
    }

    /// Takes nothing until something is wanted again: the worker runs a task that is under suspicion.
    private func withdraw() {
        granted = received
        mailbox.order { [received] orders in
            orders.granted = received
            orders.received = received
            orders.solitude = .none
            return false
        }
    }

    /// Writes outcomes.
    ///
    /// - Parameters:
    ///   - settlements: what is to be written.
    ///   - looksAgain: whether to look at the queues afterwards, although they were empty: what has ended
    ///     may have sent tasks.
    func write(_ settlements: [WorkerState.Settlement], looksAgain: Bool) {
        guard !settlements.isEmpty else { return }
        unsettled += settlements.count
        serial += 1
        mailbox.order { [serial, received, solitude] orders in
            orders.settlements += settlements
            orders.received = received
            orders.solitude = solitude
            orders.serial = serial
            if looksAgain { orders.looksAgain = true }
            return true
        }
    }

    /// Writes how far tasks have come.
    func write(_ progress: [ProgressReport]) {
        guard !progress.isEmpty else { return }
        mailbox.order { orders in
            orders.progress += progress
            return true
        }
    }

    /// Takes tasks from other queues from now on.
    func serve(_ queues: [QueueName]) {
        mailbox.order { orders in
            orders.queues = queues
            orders.looksAgain = true
            return true
        }
    }

    /// Ends the thread when all is written and all that it has taken has come; ``isClosed`` says when.
    func close() {
        granted = received
        mailbox.order { [received] orders in
            orders.granted = received
            orders.received = received
            orders.isClosing = true
            return true
        }
    }

    /// Waits for the end of the thread, after ``isClosed``.
    func join() {
        pthread_join(thread, nil)
    }

    /// Ends the thread, soon, though not all is written; nobody waits for it.
    func abandon() {
        mailbox.order { orders in
            orders.isAbandoned = true
            return true
        }
        pthread_detach(thread)
    }
}
