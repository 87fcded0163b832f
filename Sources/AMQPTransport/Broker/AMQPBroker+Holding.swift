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
            for (number, item) in items {
                // An earlier try may have left some, which would go back.
                for _ in 0..<(try declareHold(number, for: item)) {
                    _ = try drop(from: hold(number))
                }
            }
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
        /// How many copies there are of each: one, or more where a renewal failed half-way.
        var old: [UInt64: Int] = [:]
        for (number, _) in items {
            old[number] = try reporting { () throws(AMQPFailure) in try countCopies(number) }
            // It was not renewed in time, and has gone back.
            if old[number] == 0 { held.remove(number) }
        }
        let left = items.filter { old[$0.number] != 0 }
        try publishInPassing(left.map { copy(of: $0.item.delivery, $0.number) })
        for (number, _) in left {
            try reporting { () throws(AMQPFailure) in
                for _ in 0..<(old[number] ?? 0) { _ = try drop(from: hold(number)) }
            }
            held.copied(number, .now)
        }
    }

    /// How many copies of a message are where they were put.
    func countCopies(_ number: UInt64) throws(AMQPFailure) -> Int {
        try countReady(hold(number)) ?? 0
    }

    /// The queue of a copy.
    private func hold(_ number: UInt64) -> String { "tq.held.\(serial).\(number)" }

    /// - Returns: how many copies are in it.
    private func declareHold(
        _ number: UInt64,
        for item: Holding.Item
    ) throws(AMQPFailure) -> Int {
        try connection.declareQueue(
            hold(number),
            arguments: [
                ("x-message-ttl", .number(Int(held.lifetime.microseconds / 1000))),
                ("x-dead-letter-exchange", JSONText(string: "")),
                ("x-dead-letter-routing-key", JSONText(string: item.delivery.queue.text)),
                ("x-expires", .number(Int(held.queueLifetime.microseconds / 1000))),
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
