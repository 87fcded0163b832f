/// A broker that remembers nothing, and the place that remembers for it which queues are paused, which tasks are
/// revoked, who holds unique keys, and which workers live.
package final class BrokerWithMemory: ForwardingBroker {
    /// How often is looked whether a paused queue may be served again.
    private static let pauseCheck: Duration = .seconds(1)

    let memory: FleetMemory
    let openResults: () throws(BrokerError) -> any ResultBackend
    private let inHand: TasksInHand
    /// The queues that were paused when it was looked last; `nil`: it was not yet.
    private var paused: Set<QueueName>?

    /// - Parameters:
    ///   - broker: keeps the tasks.
    ///   - memory: remembers.
    ///   - inHand: of the worker, which keeps it over all its connections.
    ///   - openResults: connects to where results are.
    package init(
        _ broker: any Broker,
        remembering memory: FleetMemory,
        holding inHand: TasksInHand = TasksInHand(),
        results openResults: @escaping () throws(BrokerError) -> any ResultBackend
    ) {
        (self.memory, self.inHand, self.openResults) = (memory, inHand, openResults)
        super.init(broker)
    }

    package override var queuePausing: (any QueuePausing)? { memory }
    package override var taskRevoking: (any TaskRevoking)? { self }
    package override var uniqueSending: (any UniqueSending)? { self }
    package override var queueInspection: (any QueueInspection)? { self }
    package override var queueControl: (any QueueControl)? {
        base.queueControl.map { ControlWithMemory($0, memory) }
    }
    package override var deadLetterStore: (any DeadLetterStore)? {
        base.deadLetterStore.map { LettersWithMemory($0, memory) }
    }

    // MARK: Taking

    package override func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        try pay()
        let open = try unpaused(queues, looksAgain: true)
        let taken = try base.receive(from: open, upTo: limit, in: solitude)
        guard !taken.isEmpty else { return [] }
        let ids = taken.map { $0.content.headers.flatMap(TaskMessage.id(in:)) ?? TaskID("") }
        let known = try memory.look(for: ids, from: Array(Set(taken.map(\.queue))))
        paused?.formUnion(known.paused)
        let held = taken.filter { known.paused.contains($0.queue) }
        if !held.isEmpty {
            _ = try base.requeue(held.map { RequeuedTask($0, isRedelivered: false) })
        }
        let deliveries = zip(taken, ids).filter { !known.paused.contains($0.0.queue) }
            .map { known.revoked.contains($1) ? $0.knownAs(.revoked) : $0 }
        try memory.begin(deliveries.filter { !$0.isRevoked }.map(\.content))
        inHand.add(deliveries)
        return deliveries
    }

    /// When to look whether a paused queue is served again, too.
    package override var nextDue: Timestamp? {
        guard paused?.isEmpty == false else { return base.nextDue }
        let look = base.now + Self.pauseCheck
        return base.nextDue.map { min($0, look) } ?? look
    }

    package override func watchArrivals(
        on queues: [QueueName]
    ) throws(BrokerError) -> any ArrivalWatch {
        try PausableWatch { [self] () throws(BrokerError) in
            let open = try unpaused(queues, looksAgain: false)
            return (open, { [base] () throws(BrokerError) in try base.watchArrivals(on: open) })
        }
    }

    /// Those of some queues that are not paused, as far as is known.
    ///
    /// A pause is noticed when something comes of its queue. The end of one has to be looked for.
    private func unpaused(
        _ queues: [QueueName],
        looksAgain: Bool
    ) throws(BrokerError) -> [QueueName] {
        let known: Set<QueueName>
        if let paused, paused.isEmpty || !looksAgain {
            known = paused
        } else {
            known = try memory.pausedQueues()
            paused = known
        }
        return known.isEmpty ? queues : queues.filter { !known.contains($0) }
    }

    // MARK: Settling

    package override func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        let lost = try base.finish(tasks)
        let gone = Set(lost.map(\.tag))
        inHand.remove(tasks.map(\.delivery))
        for task in tasks where !gone.contains(task.delivery.tag) {
            ended(task.delivery, next: task.next)
        }
        // They have ended, whatever becomes of this.
        try? pay()
        return lost
    }

    package override func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        inHand.remove(tasks.map(\.delivery))
        let lost = try base.requeue(tasks)
        let gone = Set(lost.map(\.tag))
        try? memory.giveBack(
            tasks.map(\.delivery).filter { !gone.contains($0.tag) }.map(\.content)
        )
        return lost
    }

    package override func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        let lost = try base.deadLetter(letters)
        let gone = Set(lost.map(\.tag))
        inHand.remove(letters.map(\.delivery))
        for letter in letters where !gone.contains(letter.delivery.tag) { ended(letter.delivery) }
        try? pay()
        return lost
    }

    /// Has forgotten that it was revoked, and frees its key, unless the task goes on in one of the next messages.
    private func ended(_ delivery: Delivery, next: [OutgoingMessage] = []) {
        if delivery.isRevoked, let id = delivery.content.headers.flatMap(TaskMessage.id(in:)) {
            inHand.owe(memory.revocation(of: id))
        }
        guard let (id, hold) = delivery.content.unique, !next.contains(where: { $0.id == id })
        else { return }
        for record in memory.holds(of: hold.key, by: id) { inHand.owe(record) }
    }

    /// Removes the records that are owed, perhaps since an earlier connection was lost.
    private func pay() throws(BrokerError) {
        for record in inHand.owed {
            try memory.remove(record)
            inHand.paid(record)
        }
    }
}
