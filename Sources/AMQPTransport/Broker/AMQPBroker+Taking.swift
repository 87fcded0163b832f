package import TaskQueue

extension AMQPBroker {
    package func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        guard limit > 0 else { return [] }
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
        (wanted, isInterrupted, surplusSince) = (count, false, nil)
        try learnKinds(queues)
        if credits != nil { return try allowEach(count - arrived.count, from: queues) }
        try setLimit(held.unacknowledged + doubted.count + count)
        let served = Set(consumed.values)
        for queue in rotation.order(queues) where !served.contains(queue) { try consume(queue) }
    }

    private func consume(_ queue: QueueName, limit: Int = 0) throws(AMQPFailure) {
        lastConsumer += 1
        hasRaisedLimit = true
        let tag = "tq\(lastConsumer)"
        // Known before it is consumed: messages may come at once.
        consumed[tag] = queue
        if credits != nil {
            credits?.add(tag, limit: limit)
            try connection.limit(to: limit, isForAll: false)
        }
        try connection.consume(queue.text, as: tag)
    }

    /// Finds out whether one of the queues needs consumers with a limit for each, and has them all so then.
    private func learnKinds(_ queues: [QueueName]) throws(AMQPFailure) {
        for queue in queues where !typedQueues.contains(queue) {
            let wasThere = try declare(queue)
            if wasThere, try QueueKind.isQuorum(queue.text, connection) {
                quorumQueues.insert(queue)
            }
            if quorumQueues.contains(queue) { try declareDelays(from: queue) }
            typedQueues.insert(queue)
        }
        guard credits == nil, !quorumQueues.isDisjoint(with: queues) else { return }
        try stopConsuming { _ in true }
        if limit > 0 { try connection.limit(to: 0, isForAll: true) }
        limit = 0
        credits = Credits()
    }

    /// Lets each queue send about so many: of several, more than is wanted may come, and waits here.
    private func allowEach(_ count: Int, from queues: [QueueName]) throws(AMQPFailure) {
        guard count > 0 else { return }
        for queue in rotation.order(queues) {
            let tag = consumed.first { $0.value == queue }?.key
            if let tag, credits?.fits(tag, count) == true { continue }
            if let tag {
                try connection.cancel(tag)
                try readEvents()
                consumed[tag] = nil
                credits?.remove(tag)
            }
            try consume(queue, limit: count)
        }
    }

    /// Stops consuming queues; what has come of them goes back.
    func stopConsuming(_ isUnwanted: (QueueName) -> Bool) throws(AMQPFailure) {
        let unwanted = consumed.filter { isUnwanted($0.value) }
        guard !unwanted.isEmpty else { return }
        for tag in unwanted.keys { try connection.cancel(tag) }
        // What was on its way.
        try readEvents()
        for tag in unwanted.keys {
            consumed[tag] = nil
            credits?.remove(tag)
        }
        arrived += doubted.take(of: isUnwanted)
        try giveBackArrived(isUnwanted)
    }

    /// Puts what has come and was not taken back on its queues.
    func giveBackArrived(_ isUnwanted: (QueueName) -> Bool) throws(AMQPFailure) {
        let unwanted = arrived.filter { isUnwanted($0.queue) }
        guard !unwanted.isEmpty else { return }
        arrived.removeAll { isUnwanted($0.queue) }
        for delivery in unwanted {
            if let number = number(delivery) { try putBack(number, in: delivery) }
        }
        try commit()
    }

    /// Puts a message back with the next commit: where it was, but at the end of a quorum queue, which would count it
    /// as delivered in vain.
    ///
    /// There it is another message, which has to say itself that it comes again.
    func putBack(_ number: UInt64, in delivery: Delivery? = nil) throws(AMQPFailure) {
        credits?.settled(number)
        guard let delivery, quorumQueues.contains(delivery.queue) else {
            return try connection.giveBack(number)
        }
        var parcel = Self.parcel(delivery, delivery.queue, nil)
        if delivery.comesAgain { parcel.markAsRedelivered(delivery) }
        try put(parcel, over: .taking)
        try connection.acknowledge(number)
    }

    /// Lets no more come than is wanted, if so many of what is held are acknowledged `besides`.
    func limitArrivals(besides acknowledged: Int = 0) throws(AMQPFailure) {
        if credits != nil {
            if wanted == 0 { try stopConsuming { _ in true } }
            return
        }
        let count = held.unacknowledged - acknowledged + doubted.count + wanted
        // No limit is none at all.
        if count == 0 { try stopConsuming { _ in true } } else { try setLimit(count) }
    }

    func setLimit(_ count: Int) throws(AMQPFailure) {
        guard count != limit else { return }
        if count > limit { hasRaisedLimit = true }
        try connection.limit(to: count, isForAll: true)
        limit = count
    }

    /// Waits for what the server was about to send: a queue that has been asked for its length has sent what it
    /// may, and the channel has passed that on when it answers.
    private func settleArrivals(_ queues: [QueueName]) throws(AMQPFailure) {
        var isThere = false
        for queue in queues where try countReady(queue.text) ?? 0 > 0 { isThere = true }
        try commit()
        try readEvents()
        // The nodes of a quorum queue agree first; and of a higher limit a queue learns a moment after it was set.
        let end = Instant.now + .milliseconds(200)
        let mayBeLate = credits != nil || hasRaisedLimit
        hasRaisedLimit = false
        while mayBeLate, isThere, arrived.isEmpty, doubted.isEmpty, Instant.now < end {
            if let event = try connection.next(within: .milliseconds(20)) {
                handle(event)
            } else {
                isThere = false
                for queue in queues where try countReady(queue.text) ?? 0 > 0 { isThere = true }
            }
        }
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
        guard order.count > 1 || declaration.maxPriority != nil else { return deliveries }
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
    func number(_ delivery: Delivery) -> UInt64? {
        guard let tag = DeliveryTag(delivery.tag), tag.connection == serial[...] else { return nil }
        return tag.number
    }
}
