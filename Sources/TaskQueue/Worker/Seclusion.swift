/// How far a worker is by itself, and when it has to stay that way: tasks under suspicion require it.
///
/// It only decides: ``WorkerState`` takes no task where this forbids it.
struct Seclusion {
    /// How long a worker makes itself quiet before it asks whether it still has to.
    private static let patience: Duration = .seconds(1)

    /// The task under suspicion that was taken last, until it has ended.
    private var suspect: (tag: String, losses: Int)?
    /// When it has run long enough that others may be taken; `nil`: not begun, or not before it has ended.
    private var suspectIsProvenAt: Instant?
    /// When all that was begun has run for ``Lease/probation``.
    private var quietAt: Instant?
    /// The last look at the queues; `nil`: none yet.
    private var look: (suspectsLeft: SuspectsLeft, solitude: Solitude)?
    private var staysQuietUntil: Instant?

    mutating func took(_ deliveries: [Delivery]) {
        guard let taken = deliveries.last(where: \.isSuspect) else { return }
        suspect = (taken.tag, taken.losses)
        suspectIsProvenAt = nil
    }

    mutating func looked(
        _ suspectsLeft: SuspectsLeft,
        in solitude: Solitude,
        at now: Instant
    ) {
        look = (suspectsLeft, solitude)
        staysQuietUntil = suspectsLeft == .toThis ? now + Self.patience : nil
    }

    mutating func began(_ delivery: Delivery, at now: Instant) {
        quietAt = now + Lease.probation
        guard let suspect, suspect.tag == delivery.tag else { return }
        let isAlone = Solitude(forLosses: suspect.losses) == .alone
        suspectIsProvenAt = isAlone ? nil : quietAt
    }

    /// The task has ended, or must not be run.
    mutating func ended(_ delivery: Delivery) {
        if suspect?.tag == delivery.tag { suspect = nil }
    }

    /// How far the worker is by itself; if it `isIdle` it holds nothing, and if it `hasBegunAll` it holds nothing
    /// that was not begun.
    func solitude(
        isIdle: Bool,
        hasBegunAll: Bool,
        at now: Instant
    ) -> Solitude {
        if isIdle { return .alone }
        guard hasBegunAll, let quietAt, quietAt <= now else { return .none }
        return .quiet
    }

    /// Whether a worker that is this far by itself must take no task.
    func isClosed(in solitude: Solitude, at now: Instant) -> Bool {
        if suspect != nil, suspectIsProvenAt.map({ $0 > now }) ?? true { return true }
        guard let look, let staysQuietUntil, look.solitude >= solitude else { return false }
        return staysQuietUntil > now
    }

    /// When its answer may change without an event; `nil`: never.
    func nextDeadline(after now: Instant) -> Instant? {
        let isAwaited = look.map { $0.suspectsLeft != .none && $0.solitude == .none } ?? false
        return [
            suspect == nil ? nil : suspectIsProvenAt, isAwaited ? quietAt : nil, staysQuietUntil,
        ]
        .compactMap(\.self).filter { $0 > now }.min()
    }
}
