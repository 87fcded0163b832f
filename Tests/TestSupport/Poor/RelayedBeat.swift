package import TaskQueue

/// A beat's memory in one store, from which another broker sends.
///
/// A firing is remembered and put into an outbox, which is a queue of the store, in one step, and goes from
/// there to the broker: once, and if that is cut short once more, under the same id. Its key is free when it
/// has been sent.
package final class RelayedBeat {
    private static let outbox: QueueName = {
        guard let name = QueueName("tq.outbox") else { preconditionFailure("it is a name") }
        return name
    }()

    private let memory: any Broker & BeatStore
    private let broker: any Broker

    /// - Parameters:
    ///   - memory: remembers, and keeps what is not sent yet.
    ///   - broker: sends.
    /// - Throws: ``BrokerError``.
    package init(
        remembering memory: any Broker & BeatStore,
        sending broker: any Broker
    ) throws(BrokerError) {
        self.memory = memory
        self.broker = broker
        // What was taken from the outbox before, and may not have been sent.
        try memory.leaseKeeper?.requeueAllBut([])
    }

    /// Sends what is in the outbox.
    private func relay() throws(BrokerError) {
        while true {
            let held = try memory.receive(from: [Self.outbox], upTo: 100)
            if held.isEmpty { return }
            try broker.send(held.map(Self.outgoing))
            _ = try memory.finish(held.map { FinishedTask($0, result: nil) })
        }
    }

    private static func outgoing(_ delivery: Delivery) -> OutgoingMessage {
        guard let message = try? delivery.message(),
            let id = message.headers[key: "id"]?.string,
            let task = message.headers[key: "task"]?.string.flatMap(TaskName.init),
            let info = message.properties[key: "delivery_info"],
            let queue = info[key: "routing_key"]?.string.flatMap(QueueName.init)
        else { preconditionFailure("something else than a firing is in the outbox") }
        return OutgoingMessage(
            id: TaskID(id),
            task: task,
            queue: queue,
            priority: message.properties[key: "priority"]?.integer ?? 0,
            eta: nil,
            expectsResult: message.headers[key: "ignore_result"]?.boolean != true,
            message: message
        )
    }
}

extension RelayedBeat: BeatStore {
    package func fire(
        _ firings: [BeatFiring],
        under lease: BeatLease
    ) throws(BrokerError) -> [BeatOutcome] {
        let stored = firings.map { firing in
            BeatFiring(
                entry: firing.entry,
                instant: firing.instant,
                most: firing.most,
                version: firing.version,
                message: firing.message.moved(to: Self.outbox)
            )
        }
        let outcomes = try memory.fire(stored, under: lease)
        try relay()
        return outcomes
    }

    package func take(_ lease: BeatLease) throws(BrokerError) -> BeatLead {
        let lead = try memory.take(lease)
        if lead == .held { try relay() }
        return lead
    }

    package func release(_ lease: BeatLease) throws(BrokerError) { try memory.release(lease) }

    package func installation() throws(BrokerError) -> String { try memory.installation() }

    package func enroll(
        _ entries: [BeatEnrolment],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord] {
        try memory.enroll(entries, at: now)
    }
}

extension RelayedBeat: LiveEntryStore {
    package func liveVersion() throws(BrokerError) -> Int64 { try memory.liveVersion() }

    package func liveEntries() throws(BrokerError) -> [StoredLiveEntry] {
        try memory.liveEntries()
    }

    package func liveEntry(_ name: String) throws(BrokerError) -> StoredLiveEntry? {
        try memory.liveEntry(name)
    }

    package func enroll(
        live entries: [LiveEntry],
        at now: Timestamp
    ) throws(BrokerError) -> [BeatRecord?] {
        try memory.enroll(live: entries, at: now)
    }

    package func add(
        _ entries: [LiveDraft],
        replacing replaces: Bool,
        at now: Timestamp
    ) throws(BrokerError) -> [LiveAddition] {
        try memory.add(entries, replacing: replaces, at: now)
    }

    package func remove(live name: String) throws(BrokerError) -> LiveRemoval {
        try memory.remove(live: name)
    }
}
