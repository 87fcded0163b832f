internal import Synchronization

/// What the worker's thread and its consumer's tell each other.
final class ConsumerMailbox: Sendable {
    private struct Inbox {
        var requests: ConsumerRequests
        /// Whether the consumer has been woken, and has not come round since.
        var isRung = false
    }

    private let inbox: Mutex<Inbox>
    private let reports = Mutex<[ConsumerReport]>([])
    // Rung and silenced with the lock held: a bell is rung while there is something, and only then.
    private let consumerBell: Bell
    private let workerBell: Bell

    init(queues: [QueueName]) throws(ResourceShortage) {
        consumerBell = try Bell()
        workerBell = try Bell()
        inbox = Mutex(Inbox(requests: ConsumerRequests(queues: queues)))
    }

    /// Become readable when there is something for the consumer, or for the worker.
    var consumerDescriptor: Int32 { consumerBell.descriptor }
    var workerDescriptor: Int32 { workerBell.descriptor }

    // MARK: The worker's side

    /// Changes the requests.
    ///
    /// - Parameter body: says whether the consumer is to be woken for that.
    func request(_ body: (inout ConsumerRequests) -> Bool) {
        inbox.withLock { inbox in
            guard body(&inbox.requests), !inbox.isRung else { return }
            inbox.isRung = true
            consumerBell.ring()
        }
    }

    /// What the consumer has told since the last call.
    func takeReports() -> [ConsumerReport] {
        reports.withLock { reports in
            // It has been rung for the first of them.
            guard !reports.isEmpty else { return [] }
            workerBell.silence()
            defer { reports = [] }
            return reports
        }
    }

    // MARK: The consumer's side

    /// The requests; those for one round are taken out.
    func takeRequests() -> ConsumerRequests {
        inbox.withLock { inbox in
            if inbox.isRung { consumerBell.silence() }
            defer {
                inbox.isRung = false
                inbox.requests.clear()
            }
            return inbox.requests
        }
    }

    func report(_ report: ConsumerReport) {
        reports.withLock { reports in
            reports.append(report)
            if reports.count == 1 { workerBell.ring() }
        }
    }
}
