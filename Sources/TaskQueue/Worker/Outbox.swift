/// What a worker has to write to its broker, and when it does.
struct Outbox {
    /// So many outcomes do not wait for more.
    private static let largeBatch = 64
    /// So long an outcome waits for others, while there are tasks to start.
    private static let patience: Duration = .milliseconds(3)

    private var settlements = Settlements()
    private var since: ContinuousClock.Instant?
    var progress = ProgressBoard()

    var isEmpty: Bool { settlements.isEmpty }

    mutating func add(_ settlement: WorkerState.Settlement) {
        settlements.add(settlement)
        if since == nil { since = .now }
    }

    /// Whether outcomes are to be written now.
    ///
    /// They wait for others only if `isPressed`: there are tasks to start meanwhile.
    func isDue(isPressed: Bool) -> Bool {
        guard let since else { return false }
        return !isPressed || settlements.count >= Self.largeBatch || since + Self.patience <= .now
    }

    /// When something is to be written; `nil`: there is nothing.
    var nextDeadline: ContinuousClock.Instant? {
        [since.map { $0 + Self.patience }, progress.nextDeadline].compactMap(\.self).min()
    }

    /// Writes outcomes, and keeps what could not be written.
    ///
    /// - Returns: the deliveries that were settled, those among them that were not held any more, and what
    ///   has gone wrong; `nil`: nothing.
    mutating func commit(
        to broker: any Broker,
        backend: (any ResultBackend)?
    ) -> (tags: [String], lost: [Delivery], failure: BrokerError?) {
        let outcome = settlements.commit(to: broker, backend: backend)
        if settlements.isEmpty { since = nil }
        return outcome
    }
}
