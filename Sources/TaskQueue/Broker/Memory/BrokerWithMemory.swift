/// A broker that remembers nothing, and the result backend, which remembers for it: paused queues, revoked tasks,
/// the holders of unique keys, and the workers that live.
package final class BrokerWithMemory: ForwardingBroker {
    /// How often to look whether a paused queue has been resumed, or the memory can be asked again.
    private static let pauseCheck: Duration = .seconds(1)

    let memory: FleetMemory
    let openResults: () throws(BrokerError) -> any ResultBackend
    private let inHand: TasksInHand
    /// The queues that were paused at the last look; `nil` before the first.
    private var paused: Set<QueueName>?
    /// Why the memory could not be asked at the last ``receive(from:upTo:in:)``; `nil`: it could.
    private var trouble: BrokerError?

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
        trouble = nil
        try? pay()
        let open: [QueueName]
        do throws(BrokerError) { open = try unpaused(queues, looksAgain: true) } catch {
            trouble = error
            return []
        }
        let taken = try base.receive(from: open, upTo: limit, in: solitude)
        guard !taken.isEmpty else { return [] }
        do throws(BrokerError) {
            let deliveries = try admitted(taken)
            inHand.add(deliveries)
            return deliveries
        } catch {
            // What is not known to be admissible is not run. The connection holds other tasks, and stays.
            trouble = error
            _ = try base.requeue(taken.map { RequeuedTask($0, isRedelivered: false) })
            return []
        }
    }

    /// Those of tasks that were taken that are to be run, or have ended; others go back.
    private func admitted(_ taken: [Delivery]) throws(BrokerError) -> [Delivery] {
        let ids = taken.map { $0.content.headers.flatMap(TaskMessage.id(in:)) ?? TaskID("") }
        let known = try memory.look(for: ids, from: Array(Set(taken.map(\.queue))))
        paused?.formUnion(known.paused)
        let deliveries = zip(taken, ids).map { delivery, id in
            let isRevoked = delivery.standing == .open && known.revoked.contains(id)
            return isRevoked ? delivery.knownAs(.revoked) : delivery
        }
        // What has ended is acknowledged, and poison is set aside, paused or not.
        let (late, admitted) = (
            deliveries.filter { $0.standing == .open && known.paused.contains($0.queue) },
            deliveries.filter { $0.standing != .open || !known.paused.contains($0.queue) }
        )
        try memory.begin(admitted.filter { $0.standing == .open }.map(\.content))
        if !late.isEmpty {
            _ = try base.requeue(late.map { RequeuedTask($0, isRedelivered: false) })
        }
        return admitted
    }

    package override var complaint: BrokerError? { trouble ?? base.complaint }

    /// When to look again, too.
    package override var nextDue: Timestamp? {
        guard paused?.isEmpty == false || trouble != nil else { return base.nextDue }
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

    /// Forgets that a task was revoked which has ended, and frees its key, unless it goes on in one of the next messages.
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
