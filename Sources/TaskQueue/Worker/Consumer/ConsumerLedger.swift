/// What the worker has asked of its consumer, and what it has been told: decides what is worth a request.
struct ConsumerLedger {
    /// What is asked of the consumer from now on.
    struct Grant: Equatable {
        /// So many tasks in all may be taken; of these, so many have come.
        let granted: Int
        let received: Int
        let solitude: Solitude
        /// Whether to look at the queues although they were empty.
        let looksAgain: Bool
        /// Whether the consumer is to be woken for it.
        let isNews: Bool
    }

    private(set) var received = 0
    private var granted = 0
    /// Of the last request to write something.
    private(set) var serial = 0
    /// As it was told last.
    private(set) var solitude = Solitude.alone
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

    /// Whether the last look at the queues found less than was asked for, and nothing was written since.
    var queuesAreEmpty: Bool { lastLook.map { $0.isEmpty && $0.serial == serial } ?? false }

    /// Notes what the consumer tells.
    ///
    /// - Returns: what is asked of it for that; `nil`: nothing.
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

    /// So many tasks are wanted, beside those that have come, by a worker so far by itself.
    ///
    /// - Returns: what is asked for that; `nil`: nothing is new.
    mutating func want(_ count: Int, in solitude: Solitude) -> Grant? {
        let total = received + count
        // What was left for want of solitude may be had now.
        let looksAgain = count > 0 && mayTakeSuspects(in: solitude)
        guard total != granted || looksAgain || solitude != self.solitude else { return nil }
        // None any more is news too: others may rely on this worker to wait.
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

    /// So many outcomes are to be written.
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
