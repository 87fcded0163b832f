internal import TaskQueue

/// Tasks that were delivered before, and may still run at a worker that has lost its connection.
///
/// Each waits for ``patience`` from when it came, so that such a worker can say so (``RunClaims``).
struct Doubt {
    /// A worker that has lost its connection tries again after two seconds at most.
    let patience: Duration
    private var items: [(delivery: Delivery, end: Instant)] = []

    init(patience: Duration = .seconds(3)) { self.patience = patience }

    var count: Int { items.count }
    var isEmpty: Bool { items.isEmpty }
    /// When the first of them has waited long enough; `nil`: none waits.
    var nextEnd: Instant? { items.first?.end }

    mutating func add(_ delivery: Delivery, _ now: Instant) {
        items.append((delivery, now + patience))
    }

    /// Takes out those that have waited long enough.
    mutating func takeOver(_ now: Instant) -> [Delivery] {
        let count = items.prefix { $0.end <= now }.count
        defer { items.removeFirst(count) }
        return items.prefix(count).map(\.delivery)
    }

    /// Takes out those of queues.
    mutating func take(where isUnwanted: (QueueName) -> Bool) -> [Delivery] {
        let taken = items.filter { isUnwanted($0.delivery.queue) }.map(\.delivery)
        items.removeAll { isUnwanted($0.delivery.queue) }
        return taken
    }
}
