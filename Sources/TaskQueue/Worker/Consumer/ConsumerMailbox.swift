internal import Synchronization

/// The messages between the worker's thread and its consumer's.
final class ConsumerMailbox: Sendable {
    private struct Wishes {
        var requests: ConsumerRequests
        /// Whether the consumer has been woken, and has not come round since.
        var isSignalled = false
    }

    private let wishes: Mutex<Wishes>
    // Signalled and reset with the lock held: it is signalled while there is something, and only then.
    private let wake: WakeEvent
    private let reports: Inbox<ConsumerReport>

    init(queues: [QueueName]) throws(ResourceShortage) {
        wake = try WakeEvent()
        reports = try Inbox()
        wishes = Mutex(Wishes(requests: ConsumerRequests(queues: queues)))
    }

    /// Become readable when there is something for the consumer, or for the worker.
    var consumerDescriptor: Int32 { wake.descriptor }
    var workerDescriptor: Int32 { reports.descriptor }

    // MARK: The worker's side

    /// Changes the requests.
    ///
    /// - Parameter body: returns whether to wake the consumer for that.
    func request(_ body: (inout ConsumerRequests) -> Bool) {
        wishes.withLock { wishes in
            guard body(&wishes.requests), !wishes.isSignalled else { return }
            wishes.isSignalled = true
            wake.signal()
        }
    }

    /// The consumer's reports since the last call.
    func takeReports() -> [ConsumerReport] { reports.takeAll() }

    // MARK: The consumer's side

    /// The requests; those for one round are taken out.
    func takeRequests() -> ConsumerRequests {
        wishes.withLock { wishes in
            if wishes.isSignalled { wake.reset() }
            defer {
                wishes.isSignalled = false
                wishes.requests.clear()
            }
            return wishes.requests
        }
    }

    func report(_ report: ConsumerReport) { reports.put(report) }
}
