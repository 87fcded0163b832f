import Synchronization
package import TaskQueue

/// A connection to a ``MemoryStore``.
package final class MemoryBroker: CountingBroker {
    package let holdsResults = true
    package private(set) var nextDue: Timestamp?

    let store: MemoryStore
    private let worker: String
    private var rotation = QueueRotation()

    package init(_ store: MemoryStore, worker: String) {
        self.store = store
        self.worker = worker
    }

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        store.write { state in
            for message in messages { state.add(message) }
        }
    }

    package func receive(
        from queues: [QueueName],
        upTo limit: Int
    ) throws(BrokerError) -> [Delivery] {
        let now = Timestamp.now()
        let rotated = rotation.order(queues)
        let worker = worker
        let (deliveries, nextDue) = store.state.withLock { state in
            let order = rotated.filter { !state.paused.contains($0) }
            let ready = state.waiting.indices
                .filter { order.contains(state.waiting[$0].message.queue) }
                .filter { state.waiting[$0].due.map { $0 <= now } ?? true }
                .sorted { state.waiting[$0].rank(in: order) < state.waiting[$1].rank(in: order) }
                .prefix(limit)
            let deliveries = ready.map { state.hold(state.waiting[$0], worker: worker) }
            for index in ready.sorted(by: >) { state.waiting.remove(at: index) }
            let due = state.waiting.filter { order.contains($0.message.queue) }.compactMap(\.due)
                .min()
            return (deliveries, due)
        }
        self.nextDue = nextDue
        for delivery in deliveries { rotation.delivered(delivery.queue) }
        return deliveries
    }

    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        store.write { state in
            tasks.filter { task in
                guard let entry = state.held.removeValue(forKey: task.delivery.tag) else {
                    return true
                }
                if task.delivery.isRevoked { state.revoked[entry.message.id] = nil }
                if let result = task.result { state.store(result, expiresAt: .latest) }
                for message in task.next {
                    state.add(message, holding: message.id == entry.message.id ? entry.hold : nil)
                }
                return false
            }.map(\.delivery)
        }
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        store.write { state in
            reports.filter { report in
                guard state.held[report.delivery.tag] != nil else { return true }
                if !state.status(of: report.result.id).isFinal {
                    state.store(report.result, expiresAt: .latest)
                }
                return false
            }.map(\.delivery)
        }
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        store.write { state in
            // The last comes first, so that the first ends up in front.
            tasks.reversed().filter { task in
                guard var entry = state.held.removeValue(forKey: task.delivery.tag) else {
                    return true
                }
                state.firstPosition -= 1
                entry.holder = nil
                entry.position = state.firstPosition
                entry.due = task.eta
                state.waiting.append(entry)
                return false
            }.map(\.delivery)
        }
    }

    package func setAside(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        store.write { state in
            letters.filter { letter in
                guard state.held.removeValue(forKey: letter.delivery.tag) != nil else {
                    return true
                }
                state.lastNumber += 1
                state.deadLetters.append(
                    .init(number: state.lastNumber, letter: letter, diedAt: .now())
                )
                if let result = letter.result { state.store(result, expiresAt: .latest) }
                return false
            }.map(\.delivery)
        }
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        MemoryArrivalWatch(store)
    }

    package func count(waitingIn queue: QueueName) throws(BrokerError) -> Int {
        store.state.withLock { state in
            state.waiting.count { $0.message.queue == queue && $0.due.map { $0 <= .now() } ?? true }
        }
    }
}

extension MemoryStore.Entry {
    /// Compares as tasks are served.
    fileprivate func rank(in order: [QueueName]) -> (Int, Int, Int) {
        (message.priority, order.firstIndex(of: message.queue) ?? 0, position)
    }
}

extension MemoryStore.State {
    /// Puts a message on its queue; `hold` is the key that it holds.
    mutating func add(
        _ message: OutgoingMessage,
        holding hold: (key: String, until: Timestamp)? = nil
    ) {
        lastNumber += 1
        waiting.append(
            .init(message: message, due: message.eta, hold: hold, position: lastNumber)
        )
        if message.expectsResult { sent.insert(message.id) }
    }

    /// Puts a task into a worker's hands.
    fileprivate mutating func hold(_ entry: MemoryStore.Entry, worker: String) -> Delivery {
        lastNumber += 1
        let message = entry.message.message
        let now = Timestamp.now()
        let delivery = Delivery(
            tag: "\(worker):\(lastNumber)",
            queue: entry.message.queue,
            content: .columns(
                headers: message.headers.bytes,
                properties: message.properties.bytes,
                body: message.body,
                contentType: message.contentType
            ),
            isRevoked: revoked[entry.message.id].map { $0 > now } ?? false
        )
        held[delivery.tag] = entry
        held[delivery.tag]?.holder = (worker, now)
        return delivery
    }
}
