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

    init(patience: Duration = .seconds(30), renewal: Duration = .seconds(20)) {
        (self.patience, self.renewal) = (patience, renewal)
    }

    /// How many are not acknowledged.
    var unacknowledged: Int { items.count - copies }
    var isEmpty: Bool { items.isEmpty }

    subscript(_ number: UInt64) -> Item? { items[number] }

    mutating func add(_ delivery: Delivery, _ number: UInt64, _ now: Instant) {
        items[number] = Item(delivery: delivery, since: now)
        nextLook = min(nextLook ?? now + patience, now + patience)
    }

    mutating func remove(_ number: UInt64) {
        if items.removeValue(forKey: number)?.isCopied == true { copies -= 1 }
        if items.isEmpty { nextLook = nil }
    }

    /// A copy was made, for the first time or again.
    mutating func copied(_ number: UInt64, _ now: Instant) {
        if items[number]?.isCopied == false { copies += 1 }
        items[number]?.isCopied = true
        items[number]?.since = now
    }

    /// Those of which a copy is to be made.
    mutating func due(_ now: Instant) -> [(number: UInt64, item: Item)] {
        guard let look = nextLook, look <= now else { return [] }
        nextLook = items.values.map(dueTime).filter { $0 > now }.min() ?? now + renewal
        return items.filter { dueTime($0.value) <= now }.map { ($0.key, $0.value) }
    }

    private func dueTime(_ item: Item) -> Instant {
        item.since + (item.isCopied ? renewal : patience)
    }
}

extension AMQPBroker {
    /// Hands over what has been held for long, and renews the copies.
    func renewCopies(at now: Instant) throws(BrokerError) {
        for (number, item) in held.due(now) {
            guard item.isCopied else {
                try reporting { () throws(AMQPFailure) in try declareHold(number, for: item) }
                try publish([copy(of: item.delivery, number)])
                held.copied(number, .now)
                try reporting { () throws(AMQPFailure) in
                    // Else another would come in its place.
                    try limitArrivals()
                    try connection.acknowledge(number)
                }
                continue
            }
            guard
                try reporting({ () throws(AMQPFailure) in try countReady(hold(number)) ?? 0 }) > 0
            else {
                // It was not renewed in time, and has gone back.
                held.remove(number)
                continue
            }
            try publish([copy(of: item.delivery, number)])
            try reporting { () throws(AMQPFailure) in _ = try drop(from: hold(number)) }
            held.copied(number, .now)
        }
    }

    private static func milliseconds(_ length: Duration) -> Int {
        let (seconds, attoseconds) = length.components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }

    /// The queue of a copy.
    private func hold(_ number: UInt64) -> String { "tq.held.\(serial).\(number)" }

    private func declareHold(_ number: UInt64, for item: Holding.Item) throws(AMQPFailure) {
        try connection.declareQueue(
            hold(number),
            arguments: [
                (
                    "x-message-ttl",
                    JSONText(number: Self.milliseconds(held.lifetime))
                ),
                ("x-dead-letter-exchange", JSONText(string: "")),
                ("x-dead-letter-routing-key", JSONText(string: item.delivery.queue.text)),
                (
                    "x-expires",
                    JSONText(number: Self.milliseconds(held.queueLifetime))
                ),
            ]
        )
    }

    private func copy(of delivery: Delivery, _ number: UInt64) -> Parcel {
        var parcel = Self.parcel(delivery, delivery.queue, nil)
        parcel.message.headers = Redelivery.headers(parcel.message.headers)
        parcel.key = hold(number)
        return parcel
    }

    /// Gives a message up that is done, or has gone elsewhere.
    ///
    /// - Returns: whether it was ours still.
    func release(_ number: UInt64) throws(AMQPFailure) -> Bool {
        defer { held.remove(number) }
        guard held[number]?.isCopied == true else {
            try connection.acknowledge(number)
            return true
        }
        var wasOurs = false
        while try drop(from: hold(number)) { wasOurs = true }
        try connection.deleteQueue(hold(number))
        return wasOurs
    }
}
