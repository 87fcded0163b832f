/// What a worker holds by its connection alone, where that is its lease: with the connection gone, the broker
/// has taken it back.
struct ConnectionHold {
    /// Whether what is delivered is held for as long as the connection lasts, and no longer; else nothing is
    /// noted here.
    var isLease = false
    /// The tags of what came over the connection that is there, and of what came over earlier ones; each until
    /// its outcome comes.
    private var held: Set<String> = []
    private var gone: Set<String> = []

    /// These have come.
    mutating func took(_ deliveries: [Delivery]) {
        if isLease { held.formUnion(deliveries.map(\.tag)) }
    }

    /// Whether a delivery came over a connection that is gone.
    func isGone(_ delivery: Delivery) -> Bool { !gone.isEmpty && gone.contains(delivery.tag) }

    /// The outcome of a task has come.
    ///
    /// - Returns: whether its connection is there, and it can be acknowledged.
    mutating func settles(_ settlement: WorkerState.Settlement) -> Bool {
        guard isLease || !gone.isEmpty else { return true }
        held.remove(settlement.delivery.tag)
        return gone.remove(settlement.delivery.tag) == nil
    }

    /// The connection is gone.
    ///
    /// - Returns: the tags of what was held by it.
    mutating func lose() -> Set<String> {
        defer { held = [] }
        gone.formUnion(held)
        return held
    }
}
