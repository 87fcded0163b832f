package import TaskQueue

extension AMQPBroker {
    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try settle(tasks, \.delivery) { own throws(BrokerError) in
            try publish(own.flatMap { $0.next.map { Parcel($0.message, $0.queue, $0.eta) } })
        }
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        preconditionFailure("results are elsewhere")
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        let later = tasks.filter { $0.eta != nil }
        var lost = try settle(later, \.delivery) { own throws(BrokerError) in
            try publish(own.compactMap(Self.later))
        }
        let now = tasks.filter { $0.eta == nil }
        guard !now.isEmpty else { return lost }
        try reporting { () throws(AMQPFailure) in
            // Else they would come to us again at once.
            try stopConsuming { _ in true }
            for task in now {
                guard let number = number(task.delivery), held.remove(number) != nil else {
                    lost.append(task.delivery)
                    continue
                }
                try connection.giveBack(number)
            }
            try settleCalls()
        }
        return lost
    }

    /// The letters go to a queue of their own, `tq.dead.` and that of the task.
    package func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try settle(letters, \.delivery) { own throws(BrokerError) in
            for letter in own { try bury(letter) }
        }
    }

    private func bury(_ letter: DeadLetter) throws(BrokerError) {
        guard let grave = QueueName("tq.dead.\(letter.delivery.queue.text)"),
            var parcel = Self.parcel(letter.delivery, grave, nil)
        else { return }
        parcel.headers = [
            ("tq_dead_reason", JSONText(string: letter.reason)),
            ("tq_dead_at", JSONText(string: Timestamp.now().iso8601)),
            ("tq_dead_queue", JSONText(string: letter.delivery.queue.text)),
        ]
        try reporting { () throws(AMQPFailure) in
            if try !isThere(grave.text) {
                try connection.declareQueue(
                    grave.text,
                    arguments: [("x-max-length", JSONText(number: DeadLetter.largestCount))]
                )
            }
            knownQueues.insert(grave)
        }
        try publish([parcel])
    }

    /// A task that comes again at a time.
    private static func later(_ task: RequeuedTask) -> Parcel? {
        guard var parcel = parcel(task.delivery, task.delivery.queue, task.eta) else { return nil }
        if task.isRedelivered {
            parcel.message.headers = Redelivery.headers(parcel.message.headers)
            parcel.message.properties = Redelivery.properties(parcel.message.properties)
        }
        return parcel
    }

    /// A message as it came, on its way to a queue.
    private static func parcel(_ delivery: Delivery, _ queue: QueueName, _ eta: Timestamp?)
        -> Parcel?
    {
        (try? delivery.message()).map { Parcel($0, queue, eta) }
    }

    /// Does something for the deliveries that are this connection's, and acknowledges them.
    ///
    /// - Returns: those that are not.
    private func settle<Item>(
        _ items: [Item],
        _ delivery: (Item) -> Delivery,
        _ body: ([Item]) throws(BrokerError) -> Void
    ) throws(BrokerError) -> [Delivery] {
        guard !items.isEmpty else { return [] }
        var own: [Item] = []
        var lost: [Delivery] = []
        for item in items {
            if let number = number(delivery(item)), held.contains(number) {
                own.append(item)
            } else {
                lost.append(delivery(item))
            }
        }
        try body(own)
        try reporting { () throws(AMQPFailure) in
            for item in own {
                guard let number = number(delivery(item)) else { continue }
                try connection.acknowledge(number)
                held.remove(number)
            }
            try settleCalls()
        }
        return lost
    }
}
