internal import TaskQueue

/// Tasks that were delivered before, and may still run at a worker that has lost its connection.
///
/// Each waits for ``patience`` from when it came, so that such a worker can say so (``RunClaims``), and then for room.
struct Doubt {
    /// A worker that has lost its connection tries again after two seconds at most.
    let patience: Duration
    /// How long one waits for room before others get it.
    private static let longestWait: Duration = .seconds(10)

    /// In the order in which they came.
    private var items: [(delivery: Delivery, since: Instant)] = []

    init(patience: Duration = .seconds(3)) { self.patience = patience }

    var count: Int { items.count }
    var isEmpty: Bool { items.isEmpty }
    /// When the next of them has waited long enough; `nil`: all have.
    var nextEnd: Instant? {
        items.isEmpty ? nil : items.map { $0.since + patience }.filter { $0 > .now }.min()
    }

    mutating func add(_ delivery: Delivery, since time: Instant) { items.append((delivery, time)) }

    /// Adds some that have waited for it, and for which there is no room.
    mutating func putBack(_ deliveries: [Delivery], _ now: Instant) {
        items.insert(contentsOf: deliveries.map { ($0, now - patience) }, at: 0)
    }

    /// Takes out those that have waited long enough.
    mutating func takeOver(_ now: Instant) -> [Delivery] { take(since: now - patience) }

    /// Takes out those that others should get.
    mutating func takeOverdue(_ now: Instant) -> [Delivery] {
        take(since: now - patience - Self.longestWait)
    }

    /// Takes out those of queues.
    mutating func take(of isUnwanted: (QueueName) -> Bool) -> [Delivery] {
        let taken = items.filter { isUnwanted($0.delivery.queue) }.map(\.delivery)
        items.removeAll { isUnwanted($0.delivery.queue) }
        return taken
    }

    /// Takes out those that came then or before.
    private mutating func take(since time: Instant) -> [Delivery] {
        let taken = items.filter { $0.since <= time }.map(\.delivery)
        items.removeAll { $0.since <= time }
        return taken
    }
}
