/// What a worker has to write to its broker, and when.
struct Outbox {
    /// This many outcomes do not wait for more.
    private static let largeBatch = 64
    /// How long an outcome waits for others, while there are tasks to start.
    private static let patience: Duration = .milliseconds(10)

    private var settlements: [WorkerState.Settlement] = []
    private var since: Instant?
    var progress = ProgressBoard()

    var isEmpty: Bool { settlements.isEmpty }

    mutating func add(
        _ settlement: WorkerState.Settlement,
        at now: @autoclosure () -> Instant
    ) {
        settlements.append(settlement)
        if since == nil { since = now() }
    }

    /// When something is to be written; `nil`: there is nothing.
    func nextDeadline(at now: Instant) -> Instant? {
        [since.map { $0 + Self.patience }, progress.nextDeadline(at: now)].compactMap(\.self).min()
    }

    /// The outcomes to write now.
    ///
    /// They wait for others only if `isPressed`: there are tasks to start meanwhile.
    mutating func takeDue(
        isPressed: Bool,
        at now: Instant
    ) -> [WorkerState.Settlement] {
        guard let since else { return [] }
        let isDue =
            !isPressed || settlements.count >= Self.largeBatch || since + Self.patience <= now
        guard isDue else { return [] }
        self.since = nil
        defer { settlements = [] }
        return settlements
    }
}
