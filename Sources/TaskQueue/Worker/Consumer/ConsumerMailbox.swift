internal import Synchronization

/// The messages between the worker's thread and its consumer's.
final class ConsumerMailbox: Sendable {
    private struct Wishes {
        var requests: ConsumerRequests
        /// Whether the consumer has been woken, and has not come round since.
        var isRung = false
    }

    private let wishes: Mutex<Wishes>
    // Rung and silenced with the lock held: it is rung while there is something, and only then.
    private let bell: Bell
    private let reports: Inbox<ConsumerReport>

    init(queues: [QueueName]) throws(ResourceShortage) {
        bell = try Bell()
        reports = try Inbox()
        wishes = Mutex(Wishes(requests: ConsumerRequests(queues: queues)))
    }

    /// Become readable when there is something for the consumer, or for the worker.
    var consumerDescriptor: Int32 { bell.descriptor }
    var workerDescriptor: Int32 { reports.descriptor }

    // MARK: The worker's side

    /// Changes the requests.
    ///
    /// - Parameter body: returns whether to wake the consumer for that.
    func request(_ body: (inout ConsumerRequests) -> Bool) {
        wishes.withLock { wishes in
            guard body(&wishes.requests), !wishes.isRung else { return }
            wishes.isRung = true
            bell.ring()
        }
    }

    /// The consumer's reports since the last call.
    func takeReports() -> [ConsumerReport] { reports.takeAll() }

    // MARK: The consumer's side

    /// The requests; those for one round are taken out.
    func takeRequests() -> ConsumerRequests {
        wishes.withLock { wishes in
            if wishes.isRung { bell.silence() }
            defer {
                wishes.isRung = false
                wishes.requests.clear()
            }
            return wishes.requests
        }
    }

    func report(_ report: ConsumerReport) { reports.put(report) }
}
