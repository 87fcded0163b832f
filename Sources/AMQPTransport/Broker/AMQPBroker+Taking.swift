package import TaskQueue

extension AMQPBroker {
    package func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        guard limit > 0, !queues.isEmpty else { return [] }
        try reporting { () throws(AMQPFailure) in
            try allow(limit, from: queues)
            try readEvents()
            if arrived.count < limit { try settleArrivals(queues) }
        }
        return take(limit, queues)
    }

    /// Has messages of queues come, and of no others, but no more than so many.
    func allow(_ count: Int, from queues: [QueueName]) throws(AMQPFailure) {
        let named = Set(queues)
        try stopConsuming { !named.contains($0) }
        (wanted, isInterrupted) = (count, false)
        try setLimit(held.unacknowledged + count)
        let served = Set(consumed.values)
        for queue in rotation.order(queues) where !served.contains(queue) {
            try declare(queue)
            lastConsumer += 1
            let tag = "tq\(lastConsumer)"
            // Known before it is consumed: messages may come at once.
            consumed[tag] = queue
            try connection.consume(queue.text, as: tag)
        }
    }

    /// Stops consuming queues; what has come of them goes back.
    func stopConsuming(_ isUnwanted: (QueueName) -> Bool) throws(AMQPFailure) {
        let unwanted = consumed.filter { isUnwanted($0.value) }
        guard !unwanted.isEmpty else { return }
        for tag in unwanted.keys { try connection.cancel(tag) }
        // What was on its way.
        try readEvents()
        for tag in unwanted.keys { consumed[tag] = nil }
        try giveBackArrived(isUnwanted)
    }

    /// Puts what has come and was not taken back on its queues.
    func giveBackArrived(_ isUnwanted: (QueueName) -> Bool) throws(AMQPFailure) {
        for delivery in arrived where isUnwanted(delivery.queue) {
            guard let number = number(delivery) else { continue }
            try connection.giveBack(number)
        }
        arrived.removeAll { isUnwanted($0.queue) }
    }

    /// Lets no more come than is wanted.
    func limitArrivals() throws(AMQPFailure) {
        let count = held.unacknowledged + wanted
        // No limit is none at all.
        if count == 0 { try stopConsuming { _ in true } } else { try setLimit(count) }
    }

    func setLimit(_ count: Int) throws(AMQPFailure) {
        guard count != limit else { return }
        try connection.limit(to: count)
        limit = count
        limitsAhead += 1
    }

    /// Waits for what the server was about to send: a queue that has been asked for its length has sent what it
    /// may, and the channel has passed that on when it answers.
    private func settleArrivals(_ queues: [QueueName]) throws(AMQPFailure) {
        for queue in queues { _ = try countReady(queue.text) }
        try settleCalls()
        try readEvents()
    }

    /// Waits until the server has done what it was told on the channel for taking: it says nothing of an
    /// acknowledgement, so it is asked something that it answers.
    func settleCalls() throws(AMQPFailure) {
        guard limit > 0 else { return }
        try connection.limit(to: limit)
        limitsAhead += 1
        while limitsAhead > 0 { try awaitEvent(for: "whether tasks are acknowledged") }
    }

    /// The most urgent first, then the queue that delivered longest ago.
    private func take(_ limit: Int, _ queues: [QueueName]) -> [Delivery] {
        guard !arrived.isEmpty else { return [] }
        let order = rotation.order(queues)
        let sorted =
            queues.count == 1 && maxPriority == nil
            ? arrived
            : arrived.enumerated().map { (offset: $0, element: $1, priority: priority($1)) }.sorted
            {
                one,
                other in
                if one.priority != other.priority { return one.priority > other.priority }
                let places = (
                    order.firstIndex(of: one.element.queue),
                    order.firstIndex(of: other.element.queue)
                )
                if places.0 != places.1 { return (places.0 ?? 0) < (places.1 ?? 0) }
                return one.offset < other.offset
            }.map(\.element)
        let taken = Array(sorted.prefix(limit))
        arrived = Array(sorted.dropFirst(limit))
        let now = Instant.now
        for delivery in taken {
            if let number = number(delivery) { held.add(delivery, number, now) }
        }
        for queue in order where taken.contains(where: { $0.queue == queue }) {
            rotation.delivered(queue)
        }
        return taken
    }

    private func priority(_ delivery: Delivery) -> Int {
        (try? delivery.message())?.properties[key: "priority"]?.integer ?? 0
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        AMQPArrivalWatch(self, queues)
    }
}

// MARK: - Tags

extension AMQPBroker {
    /// The server's number of a delivery; `nil` if it came over another connection.
    func number(_ delivery: Delivery) -> UInt64? {
        let tag = delivery.tag
        guard tag.hasPrefix(serial + ":") else { return nil }
        return UInt64(tag.dropFirst(serial.count + 1))
    }
}
