/// Sends firings by one broker while another place remembers them: RabbitMQ sends, SQLite or Redis remembers.
///
/// A firing is put on a queue there, the outbox, in the step in which it is remembered, and carried from the
/// outbox to the broker afterwards. That promises less than a ``BeatStore`` that is the broker:
///
/// - A firing is sent at least once. It is sent twice, under one id, if this process or one of the two
///   connections is lost after the broker has stored it and before the outbox has forgotten it.
/// - If the broker is lost, firings that are remembered wait in the outbox until a `tq-beat` reaches it.
/// - A key is the broker's to keep. Where it cannot, a firing with one is an error, and nothing of its batch is
///   sent or remembered; where it can, a firing that is left out for it counts as sent.
package final class BeatOutbox {
    /// How many are carried in one step.
    private static let batch = 250
    /// How often to look for what others have left: those that died are known as dead after that.
    private static let interval = Lease.length

    private let broker: any Broker
    private let memory: any Broker
    private let leases: any LeaseKeeper
    let store: any BeatStore
    private let queue: QueueName
    /// When to look for what was left.
    private var nextLook = Instant.now

    /// - Parameters:
    ///   - broker: sends.
    ///   - memory: remembers, over a connection of a worker that no other has.
    ///   - queue: of the outbox: for each broker another.
    /// - Throws: ``BrokerError/unable(broker:_:)`` if it cannot remember.
    package init(
        to broker: any Broker,
        remembering memory: any Broker,
        in queue: QueueName
    ) throws(BrokerError) {
        store = try memory.requiring(.beatStore)
        leases = try memory.requiring(.leaseKeeper)
        self.broker = broker
        self.memory = memory
        self.queue = queue
    }

    /// The queue of the outbox of a broker, which its URL names.
    package static func queue(of broker: String) -> QueueName {
        guard let name = QueueName("tq.beat:" + SHA1.shortText(broker)) else {
            preconditionFailure("the name of an outbox names no queue")
        }
        return name
    }
}

// MARK: - Firing

extension BeatOutbox: BeatStore {
    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        // A connection that is lost is noticed when something is sent, and that is remembered.
        try? broker.keepAlive?.tend()
        let lead = try store.take(lease)
        if lead == .held, nextLook <= .now { _ = try carry() }
        return lead
    }

    package func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome] {
        if firings.contains(where: { $0.message.unique != nil }) {
            _ = try broker.requiring(.uniqueSending)
        }
        let outcomes = try store.fire(firings.map { $0.kept(in: queue) }, under: lease)
        guard outcomes.contains(.sent) else { return outcomes }
        let holders = try carry()
        return zip(firings, outcomes).map { firing, outcome in
            guard outcome == .sent, let holder = holders[firing.message.id] else { return outcome }
            return .overlapped(holder)
        }
    }

    /// Carries what is in the outbox to the broker.
    ///
    /// - Returns: of what was not sent, as another task holds its key, that task.
    /// - Throws: ``BrokerError``; what was not carried stays.
    private func carry() throws(BrokerError) -> [TaskID: TaskID] {
        nextLook = .now
        _ = try leases.renewLease(holding: [], serving: [queue])
        _ = try leases.recoverTasks()
        var holders: [TaskID: TaskID] = [:]
        while true {
            let deliveries = try memory.receive(from: [queue], upTo: Self.batch)
            if deliveries.isEmpty { break }
            do throws(BrokerError) { try send(deliveries, &holders) } catch {
                // If that fails too, they come back when the lease has run out.
                _ = try? memory.requeue(deliveries.map { RequeuedTask($0) })
                throw error
            }
        }
        try leases.releaseLease(serving: [queue])
        nextLook = .now + Self.interval
        return holders
    }

    private func send(
        _ deliveries: [Delivery],
        _ holders: inout [TaskID: TaskID]
    ) throws(BrokerError) {
        let messages = deliveries.compactMap { OutgoingMessage(carrying: $0) }
        let plain = messages.filter { $0.unique == nil }
        if !plain.isEmpty { try broker.send(plain) }
        let keyed = messages.filter { $0.unique != nil }
        if !keyed.isEmpty {
            let sending = try broker.requiring(.uniqueSending)
            let found = try sending.sendUnlessHeld(keyed, isRepeated: true)
            for (message, holder) in zip(keyed, found) { holders[message.id] = holder }
        }
        _ = try memory.finish(deliveries.map { FinishedTask($0, result: nil) })
    }
}

// MARK: - What the store does by itself

extension BeatOutbox {
    package func release(_ lease: BeatLease) throws(BrokerError) { try store.release(lease) }

    package func installation() throws(BrokerError) -> String { try store.installation() }

    package func register(
        _ entries: [BeatRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        try store.register(entries, at: now)
    }

    package func liveVersion() throws(BrokerError) -> Int64 { try store.liveVersion() }

    package func liveEntries() throws(BrokerError) -> [StoredLiveEntry] {
        try store.liveEntries()
    }

    package func liveEntry(_ name: String) throws(BrokerError) -> StoredLiveEntry? {
        try store.liveEntry(name)
    }

    package func register(
        live entries: [LiveRegistration],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] {
        try store.register(live: entries, at: now)
    }

    package func add(
        _ entries: [NewLiveEntry],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition] {
        try store.add(entries, replacing: replaces, at: now)
    }

    package func remove(live name: String) throws(BrokerError) -> LiveRemoval {
        try store.remove(live: name)
    }
}
