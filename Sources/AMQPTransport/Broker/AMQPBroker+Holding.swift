internal import TaskQueue

extension AMQPBroker {
    /// Hands over what has been held for long, and renews the copies.
    ///
    /// If the server takes none now, it is tried again soon.
    func renewCopies(at now: Instant) throws(BrokerError) {
        let due = held.due(now)
        do throws(BrokerError) {
            try handOver(due.filter { !$0.item.isCopied })
            try renew(due.filter(\.item.isCopied))
        } catch {
            if case .unusable = error { return }
            throw error
        }
    }

    private func handOver(
        _ items: [(number: UInt64, item: Holding.Item)]
    ) throws(BrokerError) {
        guard !items.isEmpty else { return }
        try reporting { () throws(AMQPFailure) in
            for (number, item) in items { try declareHold(number, for: item) }
        }
        try publishInPassing(items.map { copy(of: $0.item.delivery, $0.number) })
        for (number, _) in items { held.copied(number, .now) }
        try reporting { () throws(AMQPFailure) in
            // Else others would come in their place.
            try limitArrivals()
            for (number, _) in items { try connection.acknowledge(number) }
        }
    }

    private func renew(_ items: [(number: UInt64, item: Holding.Item)]) throws(BrokerError) {
        var left: [(number: UInt64, item: Holding.Item)] = []
        for (number, item) in items {
            if try reporting({ () throws(AMQPFailure) in try hasCopy(number) }) {
                left.append((number, item))
            } else {
                // It was not renewed in time, and has gone back.
                held.remove(number)
            }
        }
        guard !left.isEmpty else { return }
        try publishInPassing(left.map { copy(of: $0.item.delivery, $0.number) })
        for (number, _) in left {
            try reporting { () throws(AMQPFailure) in _ = try drop(from: hold(number)) }
            held.copied(number, .now)
        }
    }

    /// Whether the copy of a message is where it was put.
    func hasCopy(_ number: UInt64) throws(AMQPFailure) -> Bool {
        try countReady(hold(number)) ?? 0 > 0
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
