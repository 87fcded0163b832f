internal import Glibc

/// The worker's way to its broker: a thread that takes tasks and writes outcomes, so that running tasks never
/// wait for the broker, nor the broker for them.
///
/// ``ConsumerLoop`` is what the thread does, ``ConsumerState`` what it decides.
final class Consumer {
    private let mailbox: ConsumerMailbox
    private let thread: Thread
    private var ledger = ConsumerLedger()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - queues: the ones to take tasks from.
    ///   - held: what the worker holds: taken tasks are added, settled ones removed.
    ///   - connect: makes a connection; called on the thread, again after each failure.
    ///   - report: called on the thread with what was lost or recovered.
    /// - Throws: ``ResourceShortage``.
    init(
        queues: [QueueName],
        held: HeldTags,
        connect: @escaping @Sendable ([QueueName]) throws(BrokerError) -> BrokerConnection,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) throws(ResourceShortage) {
        let mailbox = try ConsumerMailbox(queues: queues)
        self.mailbox = mailbox
        thread = try Thread.start {
            var loop = ConsumerLoop(mailbox, held: held, connect: connect, report: report)
            loop.run()
        }
    }

    /// Becomes readable when ``takeReports()`` has something.
    var descriptor: Int32 { mailbox.workerDescriptor }

    /// The broker's clock, as of the last look.
    var now: Timestamp { .now() + (lastLook?.clockOffset ?? .zero) }

    /// Settlements that are not written yet.
    var unsettled: Int { ledger.unsettled }
    var isUp: Bool { ledger.isUp }
    /// Why the broker is gone; `nil`: it is there.
    var failure: BrokerError? { ledger.failure }
    /// The last look at the queues; `nil`: none yet.
    var lastLook: QueueLook? { ledger.lastLook }
    var isClosed: Bool { ledger.isClosed }
    /// Whether the last look at the queues found less than was asked for, and nothing was written since.
    var queuesAreEmpty: Bool { ledger.queuesAreEmpty }

    /// What has happened since the last call.
    func takeReports() -> [ConsumerReport] {
        let reports = mailbox.takeReports()
        for report in reports { if let grant = ledger.note(report) { request(grant) } }
        return reports
    }
}

// MARK: - Start

extension Consumer {
    /// How the wait for the broker at the start ends.
    enum Opening {
        case open
        /// It is there but refuses to work, which is waited out like an outage.
        case refused(ConsumerReport)
        /// The worker was told to stop before.
        case stopped
    }

    /// Waits until the broker is reached, or not.
    ///
    /// - Parameters:
    ///   - patience: how long to try if it is not there: it may be starting, too.
    ///   - orders: becomes readable when there are some.
    ///   - isStopped: reads them, and returns whether one of them is to stop, which ends the wait.
    /// - Returns: whether it was reached, or the wait ended before.
    /// - Throws: ``BrokerError`` if it cannot be reached, or lets nobody in.
    func open(
        within patience: Duration,
        orders: Int32,
        isStopped: () -> Bool
    ) throws(BrokerError) -> Opening {
        let deadline = Instant.now + patience
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
}

// MARK: - Requests

extension Consumer {
    /// Takes up to this many tasks from now on, beside those that have come, for a worker this far by itself.
    func want(_ count: Int, in solitude: Solitude) {
        if let grant = ledger.want(count, in: solitude) { request(grant) }
    }

    private func request(_ grant: ConsumerLedger.Grant) {
        mailbox.request { requests in
            requests.granted = grant.granted
            requests.received = grant.received
            requests.solitude = grant.solitude
            if grant.looksAgain { requests.looksAgain = true }
            return grant.isNews
        }
    }

    /// Writes outcomes.
    ///
    /// - Parameters:
    ///   - settlements: the outcomes to write.
    ///   - looksAgain: whether to look at the queues afterwards, although they were empty: ended tasks
    ///     may have sent others.
    func write(_ settlements: [WorkerState.Settlement], looksAgain: Bool) {
        guard !settlements.isEmpty else { return }
        ledger.writes(settlements.count)
        let (received, solitude, serial) = (ledger.received, ledger.solitude, ledger.serial)
        mailbox.request { requests in
            requests.settlements += settlements
            requests.received = received
            requests.solitude = solitude
            requests.serial = serial
            if looksAgain { requests.looksAgain = true }
            return true
        }
    }

    /// Writes the progress of tasks.
    func write(_ progress: [ProgressReport]) {
        guard !progress.isEmpty else { return }
        mailbox.request { requests in
            requests.progress += progress
            return true
        }
    }

    /// Takes tasks from other queues from now on.
    func serve(_ queues: [QueueName]) {
        mailbox.request { requests in
            requests.queues = queues
            requests.looksAgain = true
            return true
        }
    }

    /// Ends the thread when everything is written and all taken tasks have come; ``isClosed`` says when.
    func close() {
        request(ledger.withdraw())
        mailbox.request { requests in
            requests.isClosing = true
            return true
        }
    }

    /// Waits for the end of the thread, after ``isClosed``.
    func join() {
        thread.join()
    }

    /// Ends the thread soon, even if not everything is written; nobody waits for it.
    func abandon() {
        mailbox.request { requests in
            requests.isAbandoned = true
            return true
        }
        thread.leave()
    }
}
