internal import TaskQueue

extension AMQPBroker {
    /// Hands over what has been held for long, and renews the copies.
    ///
    /// If the server takes none now, it is tried again soon.
    func renewCopies(at now: Instant) throws(BrokerError) {
        let due = held.due(now)
        do throws(BrokerError) {
            // First this: those are lost without it.
            try renew(due.filter(\.item.isCopied))
            try handOver(due.filter { !$0.item.isCopied })
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
            // Else others would come in their place.
            try limitArrivals(besides: items.count)
        }
        try replace(
            items.map(\.number),
            by: items.map { copy(of: $0.item.delivery, $0.number) }
        )
        for (number, _) in items { held.copied(number, .now) }
    }

    /// Counts a loss of tasks that come again before they are run: the copy comes back, unless the task ends.
    ///
    /// If the server takes no copies now, they are run all the same.
    func secure(_ deliveries: [Delivery]) throws(BrokerError) {
        let items = deliveries.compactMap { delivery in
            number(delivery).flatMap { number in held[number].map { (number, $0) } }
        }
        do throws(BrokerError) { try handOver(items) } catch {
            if case .unusable = error { return }
            throw error
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
        try inPassing { () throws(BrokerError) in
            try publish(left.map { copy(of: $0.item.delivery, $0.number) })
        }
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

    private func declareHold(
        _ number: UInt64,
        for item: Holding.Item
    ) throws(AMQPFailure) {
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
        parcel.message.headers = Redelivery.headers(
            parcel.message.headers,
            losses: delivery.comesAgain ? max(delivery.losses, 1) : nil
        )
        parcel.key = hold(number)
        return parcel
    }

    /// Gives a message up that is done, or has gone elsewhere, and was acknowledged when its copy was made.
    ///
    /// - Returns: whether it was ours still.
    func dropCopies(_ number: UInt64) throws(AMQPFailure) -> Bool {
        defer { held.remove(number) }
        var wasOurs = false
        while try drop(from: hold(number)) { wasOurs = true }
        try connection.deleteQueue(hold(number))
        return wasOurs
    }
}
