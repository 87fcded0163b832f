/// What a worker holds only by its connection, where that is its lease: if the connection is gone, the broker
/// has taken it back.
struct ConnectionHold {
    /// Whether deliveries are held for exactly as long as the connection lasts; if not, nothing is
    /// noted here.
    var isLease = false
    /// The tags of deliveries over the present connection, and over earlier ones; each until
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
    /// - Returns: whether its connection is still there, so that it can be acknowledged.
    mutating func settles(_ settlement: WorkerState.Settlement) -> Bool {
        guard isLease || !gone.isEmpty else { return true }
        held.remove(settlement.delivery.tag)
        return gone.remove(settlement.delivery.tag) == nil
    }

    /// The connection is gone.
    ///
    /// - Returns: the tags of what it held.
    mutating func lose() -> Set<String> {
        defer { held = [] }
        gone.formUnion(held)
        return held
    }
}
