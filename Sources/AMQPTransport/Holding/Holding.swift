internal import TaskQueue

/// What a worker holds of a server that wants every message back within half an hour.
///
/// RabbitMQ closes a channel whose message is not acknowledged within `consumer_timeout`. So one that is held for
/// longer than ``patience`` is handed over: a copy of it waits in a queue of its own, whose time to live is the
/// lease and sends it back where it came from, and the message is acknowledged. While the task runs, a new
/// copy takes the place of the last, each ``renewal``.
struct Holding {
    let patience: Duration
    let renewal: Duration
    /// Of a copy: two renewals may fail.
    var lifetime: Duration { renewal * 3 }
    /// Of the queue of a copy, once nobody looks after it.
    var queueLifetime: Duration { lifetime * 10 }

    struct Item {
        let delivery: Delivery
        /// When it was taken, or its copy was made last.
        var since: Instant
        var isCopied = false
    }

    private var items: [UInt64: Item] = [:]
    private var copies = 0
    /// When to look for what is due, at the latest; `nil`: nothing is held.
    private(set) var nextLook: Instant?

    init(patience: Duration = .seconds(30), renewal: Duration = .seconds(4)) {
        (self.patience, self.renewal) = (patience, renewal)
    }

    /// How many are not acknowledged.
    var unacknowledged: Int { items.count - copies }

    subscript(_ number: UInt64) -> Item? { items[number] }

    mutating func add(_ delivery: Delivery, _ number: UInt64, _ now: Instant) {
        items[number] = Item(delivery: delivery, since: now)
        look(by: now + patience)
    }

    private mutating func look(by time: Instant) { nextLook = min(nextLook ?? time, time) }

    mutating func remove(_ number: UInt64) {
        if items.removeValue(forKey: number)?.isCopied == true { copies -= 1 }
        if items.isEmpty { nextLook = nil }
    }

    /// A copy was made, for the first time or again.
    mutating func copied(_ number: UInt64, _ now: Instant) {
        if items[number]?.isCopied == false { copies += 1 }
        items[number]?.isCopied = true
        items[number]?.since = now
        if !items.isEmpty { look(by: now + renewal) }
    }

    /// Those of which a copy is to be made; those of which none could be made are due again soon.
    mutating func due(_ now: Instant) -> [(number: UInt64, item: Item)] {
        guard let look = nextLook, look <= now else { return [] }
        let others = items.values.map(dueTime).filter { $0 > now }
        nextLook = others.reduce(now + renewal, min)
        return items.filter { dueTime($0.value) <= now }.map { ($0.key, $0.value) }
    }

    private func dueTime(_ item: Item) -> Instant {
        item.since + (item.isCopied ? renewal : patience)
    }
}
