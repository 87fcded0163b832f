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
        try settleDoubts()
        return try take(limit, queues, solitude)
    }

    /// Has messages of queues come, and of no others, but no more than so many.
    func allow(_ count: Int, from queues: [QueueName]) throws(AMQPFailure) {
        let named = Set(queues)
        try stopConsuming { !named.contains($0) }
        (wanted, isInterrupted) = (count, false)
        try setLimit(held.unacknowledged + doubted.count + count)
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
        arrived += doubted.take(where: isUnwanted)
        try giveBackArrived(isUnwanted)
    }

    /// Puts what has come and was not taken back on its queues.
    func giveBackArrived(_ isUnwanted: (QueueName) -> Bool) throws(AMQPFailure) {
        for delivery in arrived where isUnwanted(delivery.queue) {
            guard let number = number(delivery) else { continue }
            try connection.giveBack(number)
        }
        let count = arrived.count
        arrived.removeAll { isUnwanted($0.queue) }
        if arrived.count < count { try commit() }
    }

    /// Lets no more come than is wanted, if so many of what is held are acknowledged `besides`.
    func limitArrivals(besides acknowledged: Int = 0) throws(AMQPFailure) {
        let count = held.unacknowledged - acknowledged + doubted.count + wanted
        // No limit is none at all.
        if count == 0 { try stopConsuming { _ in true } } else { try setLimit(count) }
    }

    func setLimit(_ count: Int) throws(AMQPFailure) {
        guard count != limit else { return }
        try connection.limit(to: count)
        limit = count
    }

    /// Waits for what the server was about to send: a queue that has been asked for its length has sent what it
    /// may, and the channel has passed that on when it answers.
    private func settleArrivals(_ queues: [QueueName]) throws(AMQPFailure) {
        for queue in queues { _ = try countReady(queue.text) }
        try commit()
        try readEvents()
    }

    /// The most urgent first, then the queue that delivered longest ago.
    private func take(
        _ limit: Int,
        _ queues: [QueueName],
        _ solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        // Those in doubt are none of others' yet, nor are the queues empty.
        suspectsLeft = doubted.isEmpty ? .none : .toOthers
        guard !arrived.isEmpty else { return [] }
        let order = rotation.order(queues)
        arrived = sorted(arrived, order)
        let taken: [Delivery]
        if let index = suspect() {
            guard
                arrived[index].standing == .poison
                    || Solitude(forLosses: arrived[index].losses) <= solitude
            else {
                suspectsLeft = .toThis
                return []
            }
            taken = [arrived.remove(at: index)]
        } else {
            taken = Array(arrived.prefix(limit))
            arrived.removeFirst(taken.count)
        }
        wanted = max(0, wanted - taken.count)
        let now = Instant.now
        for delivery in taken {
            if let number = number(delivery) { held.add(delivery, number, now) }
        }
        try secure(taken.filter { $0.comesAgain && $0.standing == .open })
        for queue in order where taken.contains(where: { $0.queue == queue }) {
            rotation.delivered(queue)
        }
        return taken
    }

    /// The suspect to be taken next, the one with the fewest losses; `nil`: none has arrived.
    private func suspect() -> Int? {
        arrived.indices.filter { arrived[$0].isSuspect }.min {
            arrived[$0].losses < arrived[$1].losses
        }
    }

    private func sorted(_ deliveries: [Delivery], _ order: [QueueName]) -> [Delivery] {
        guard order.count > 1 || maxPriority != nil else { return deliveries }
        return deliveries.enumerated().map {
            (
                offset: $0, element: $1, priority: priority($1),
                place: order.firstIndex(of: $1.queue) ?? 0
            )
        }.sorted { one, other in
            if one.priority != other.priority { return one.priority > other.priority }
            if one.place != other.place { return one.place < other.place }
            return one.offset < other.offset
        }.map(\.element)
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
    ///
    /// The tag names the connection, the number, and the task.
    func number(_ delivery: Delivery) -> UInt64? {
        let parts = delivery.tag.split(
            separator: ":",
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, parts[0] == serial[...] else { return nil }
        return UInt64(parts[1])
    }
}
