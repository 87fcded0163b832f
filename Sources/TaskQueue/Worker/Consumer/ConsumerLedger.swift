/// What the worker has asked of its consumer, and learnt from it: decides what is worth a request.
struct ConsumerLedger {
    /// The requests to the consumer from now on.
    struct Grant: Equatable {
        /// How many tasks in all may be taken; of these, how many have come.
        let granted: Int
        let received: Int
        let solitude: Solitude
        /// Whether to look at the queues although they were empty.
        let looksAgain: Bool
        /// Whether to wake the consumer for it.
        let isNews: Bool
    }

    private(set) var received = 0
    private var granted = 0
    /// Of the last request to write something.
    private(set) var serial = 0
    /// As last reported.
    private(set) var solitude = Solitude.alone
    /// Whether it should look for tasks under suspicion, and has not looked since.
    private var looksForSuspects = false
    /// Settlements that are not written yet.
    private(set) var unsettled = 0
    private(set) var isUp = false
    /// Why the broker is gone; `nil`: it is there.
    private(set) var failure: BrokerError?
    /// The last look at the queues; `nil`: none yet.
    private(set) var lastLook: QueueLook?
    private(set) var isClosed = false

    /// Whether the last look at the queues found less than was asked for, and nothing was written since.
    var queuesAreEmpty: Bool { lastLook.map { $0.isEmpty && $0.serial == serial } ?? false }

    /// Notes a report of the consumer.
    ///
    /// - Returns: the request that follows; `nil`: none.
    mutating func note(_ report: ConsumerReport) -> Grant? {
        switch report {
        case .opened: (isUp, failure) = (true, nil)
        case .taken(let deliveries):
            received += deliveries.count
            solitude = .none
            // The worker runs it by itself.
            if deliveries.contains(where: \.isSuspect) { return withdraw() }
        case .settled(let count): unsettled -= count
        case .looked(let look):
            lastLook = look
            looksForSuspects = false
        case .failed(let error, _): (isUp, failure) = (false, error)
        case .takenBack: break
        case .closed: isClosed = true
        }
        return nil
    }

    /// A worker this far by itself wants this many tasks, beside those that have come.
    ///
    /// - Returns: the request that follows; `nil`: nothing is new.
    mutating func want(_ count: Int, in solitude: Solitude) -> Grant? {
        let total = received + count
        // Tasks left for lack of solitude may be available now.
        let looksAgain = count > 0 && mayTakeSuspects(in: solitude)
        guard total != granted || looksAgain || solitude != self.solitude else { return nil }
        // Wanting none any more is news too: others may rely on this worker to wait.
        let isNews = total > granted || total != granted && count == 0 || looksAgain
        granted = total
        self.solitude = solitude
        if looksAgain { looksForSuspects = true }
        return grant(looksAgain: looksAgain, isNews: isNews)
    }

    /// Nothing is taken until something is wanted again.
    mutating func withdraw() -> Grant {
        granted = received
        return grant()
    }

    /// This many outcomes are to be written.
    mutating func writes(_ count: Int) {
        unsettled += count
        serial += 1
    }

    private func grant(looksAgain: Bool = false, isNews: Bool = false) -> Grant {
        Grant(
            granted: granted,
            received: received,
            solitude: solitude,
            looksAgain: looksAgain,
            isNews: isNews
        )
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
}
