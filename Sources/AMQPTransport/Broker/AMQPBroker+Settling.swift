package import TaskQueue

extension AMQPBroker {
    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try settle(tasks, \.delivery) { own throws(BrokerError) in
            own.flatMap { task in
                replies(task.result, task.delivery)
                    + task.next.map { Parcel($0.message, $0.queue, $0.eta) }
                    + parcels(of: task.sequel, task.delivery)
            }
        }
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        try replace([], by: reports.flatMap { replies($0.result, $0.delivery) })
        return []
    }

    /// What follows a task in its workflow: the tasks that come next, and replies for those that end with it.
    private func parcels(of sequel: Sequel?, _ delivery: Delivery) -> [Parcel] {
        guard let sequel else { return [] }
        return sequel.results.flatMap { replies($0, delivery) }
            + sequel.messages.map { Parcel($0.message, $0.queue, $0.eta) }
    }

    private func replies(_ result: StoredResult?, _ delivery: Delivery) -> [Parcel] {
        holdsResults ? [Self.reply(result, to: delivery)].compactMap(\.self) : []
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        // What the server has back already is sent anew, as what is to come later.
        let anew = tasks.filter { $0.eta != nil || isCopied($0.delivery) }
        let back = tasks.filter { $0.eta == nil && !isCopied($0.delivery) }
        let lost = try settle(anew, \.delivery) { own throws(BrokerError) in own.map(Self.later) }
        return try lost + giveBack(back.map(\.delivery))
    }

    /// Puts messages back where they were.
    private func giveBack(_ deliveries: [Delivery]) throws(BrokerError) -> [Delivery] {
        guard !deliveries.isEmpty else { return [] }
        var lost: [Delivery] = []
        try reporting { () throws(AMQPFailure) in
            // Else they would come to us again at once.
            try stopConsuming { _ in true }
            for delivery in deliveries {
                guard let number = number(delivery), held[number] != nil else {
                    lost.append(delivery)
                    continue
                }
                held.remove(number)
                try putBack(number, in: delivery)
            }
            try commit()
        }
        // They may come to us again.
        isInterrupted = wanted > 0
        return lost
    }

    private func isCopied(_ delivery: Delivery) -> Bool {
        number(delivery).flatMap { held[$0] }?.isCopied ?? false
    }

    /// The letters go to a queue of their own, `tq.dead.` and that of the task.
    package func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try settle(letters, \.delivery) { own throws(BrokerError) in
            var parcels: [Parcel] = []
            for letter in own {
                parcels += replies(letter.result, letter.delivery)
                parcels.append(try burial(of: letter))
                parcels += self.parcels(of: letter.sequel, letter.delivery)
            }
            return parcels
        }
    }

    private func burial(of letter: DeadLetter) throws(BrokerError) -> Parcel {
        let grave = Self.grave(of: letter.delivery.queue)
        var parcel = Self.parcel(letter.delivery, grave, nil)
        parcel.headers = HeldLetter.headers(letter)
        try reporting { () throws(AMQPFailure) in
            if try !isThere(grave.text) {
                try connection.declareQueue(
                    grave.text,
                    arguments: [("x-max-length", .number(DeadLetter.largestCount))]
                )
            }
            knownQueues.insert(grave)
        }
        return parcel
    }

    /// A task that comes again at a time.
    private static func later(_ task: RequeuedTask) -> Parcel {
        var parcel = parcel(task.delivery, task.delivery.queue, task.eta)
        // What the server knew of the message goes with it.
        if task.delivery.comesAgain {
            parcel.markAsRedelivered(task.delivery)
        } else if task.isRedelivered {
            parcel.message.headers = Redelivery.headers(parcel.message.headers)
        }
        if task.isRedelivered {
            parcel.message.properties = Redelivery.properties(parcel.message.properties)
        }
        return parcel
    }

    /// A message as it came, on its way to a queue.
    static func parcel(_ delivery: Delivery, _ queue: QueueName, _ eta: Timestamp?) -> Parcel {
        Parcel(message(delivery.content), queue, eta)
    }

    /// What was delivered has headers and properties always: the server has no message without.
    static func message(_ content: RawMessage) -> Message {
        (try? content.message())
            ?? Message(headers: .emptyObject, properties: .emptyObject, body: content.original)
    }

    /// Whether it came over this connection, is not settled, and its copy has not gone back, if there is one.
    private func isOurs(_ delivery: Delivery) throws(BrokerError) -> Bool {
        guard let number = number(delivery), let item = held[number] else { return false }
        guard item.isCopied else { return true }
        let isThere = try reporting { () throws(AMQPFailure) in try countCopies(number) > 0 }
        if !isThere { held.remove(number) }
        return isThere
    }

    /// Publishes what the deliveries that are this connection's leave behind, and acknowledges them, in one step.
    ///
    /// - Returns: those that are not.
    private func settle<Item>(
        _ items: [Item],
        _ delivery: (Item) -> Delivery,
        _ parcels: ([Item]) throws(BrokerError) -> [Parcel]
    ) throws(BrokerError) -> [Delivery] {
        guard !items.isEmpty else { return [] }
        var own: [Item] = []
        var lost: [Delivery] = []
        for item in items {
            if try isOurs(delivery(item)) {
                own.append(item)
            } else {
                lost.append(delivery(item))
            }
        }
        let numbers = own.compactMap { number(delivery($0)) }
        try replace(numbers.filter { held[$0]?.isCopied == false }, by: parcels(own))
        for number in numbers where held[number]?.isCopied == false { held.remove(number) }
        // Those of which copies were made are acknowledged already.
        try reporting { () throws(AMQPFailure) in
            for item in own {
                guard let number = number(delivery(item)), held[number] != nil else { continue }
                if try !dropCopies(number) { lost.append(delivery(item)) }
            }
        }
        return lost
    }
}

// MARK: - In one step

extension AMQPBroker {
    /// Acknowledges messages and publishes others, all of it or, if the connection is lost, perhaps none.
    func replace(_ numbers: [UInt64], by parcels: [Parcel]) throws(BrokerError) {
        guard !numbers.isEmpty || !parcels.isEmpty else { return }
        if !parcels.isEmpty {
            try inPassing { () throws(BrokerError) in
                try publishUnsent()
                try prepare(parcels)
            }
        }
        returned = []
        try reporting { () throws(AMQPFailure) in
            for parcel in parcels { try put(parcel, over: .taking) }
            for number in numbers {
                credits?.settled(number)
                try connection.acknowledge(number)
            }
            try commit()
        }
        guard !returned.isEmpty else { return }
        // A queue was deleted between its declaration and this.
        unsent += parcels.filter { returned.contains($0.key) }
        knownQueues = knownQueues.filter { !returned.contains($0.text) }
        try inPassing(publishUnsent)
    }

    private func publishUnsent() throws(BrokerError) {
        try publish(unsent)
        unsent = []
    }

    /// Waits until what the channel for taking was told has taken effect, and what it was to let through has come.
    func commit() throws(AMQPFailure) {
        guard connection.isOpen(.taking) else { return }
        isCommitted = false
        try connection.commit()
        while !isCommitted { try awaitEvent(for: "whether tasks are acknowledged") }
    }
}
