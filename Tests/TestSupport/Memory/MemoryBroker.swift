import Synchronization
package import TaskQueue

/// A connection to a ``MemoryStore``.
package final class MemoryBroker: Broker, QueueCounting {
    package let kind = "Memory"
    package let holdsResults = true
    package private(set) var nextDue: Timestamp?
    package private(set) var suspectsLeft = SuspectsLeft.none

    let store: MemoryStore
    let worker: String
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
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        let now = Timestamp.now()
        let rotated = rotation.order(queues)
        let worker = worker
        let highestFirst = store.servesHighestFirst
        let (deliveries, left, nextDue) = store.state.withLock { state in
            let order = rotated.filter { !state.paused.contains($0) }
            let ready = state.waiting.indices
                .filter { order.contains(state.waiting[$0].message.queue) }
                .filter { state.waiting[$0].due.map { $0 <= now } ?? true }
                .map { (index: $0, rank: state.waiting[$0].rank(in: order, highestFirst)) }
                .sorted { $0.rank < $1.rank }.map(\.index)
            let (chosen, left) = state.choose(ready, limit, in: solitude, worker)
            let deliveries = chosen.map { state.hold(state.waiting[$0], worker: worker) }
            if !chosen.isEmpty { state.leases[worker] = now + Lease.length }
            for index in chosen.sorted(by: >) { state.waiting.remove(at: index) }
            let due = state.waiting.filter { order.contains($0.message.queue) }.compactMap(\.due)
                .min()
            return (deliveries, left, due)
        }
        self.nextDue = nextDue
        suspectsLeft = left
        for delivery in deliveries { rotation.delivered(delivery.queue) }
        return deliveries
    }

    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        store.write { state in
            tasks.filter { task in
                guard let entry = state.held.removeValue(forKey: task.delivery.tag) else {
                    return true
                }
                if task.next.isEmpty { state.revoked[entry.message.id] = nil }
                let sending = task.delivery.content.namedSending
                if let result = task.result {
                    state.store(result, of: sending, expiresAt: .latest)
                }
                if let id = task.forgotten, sending == nil || state.sendings[id] == sending {
                    state.forget(id)
                }
                for message in task.next {
                    state.add(message, holding: message.id == entry.message.id ? entry.hold : nil)
                }
                state.write(task.sequel)
                return false
            }.map(\.delivery)
        }
    }

    package func outdated(_ deliveries: [Delivery]) throws(BrokerError) -> Set<String> {
        store.state.withLock { state in
            Set(
                deliveries.filter { delivery in
                    guard let sending = delivery.content.namedSending,
                        let id = state.held[delivery.tag]?.message.id
                    else { return false }
                    return state.sendings[id] != sending
                }.map(\.tag)
            )
        }
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        store.write { state in
            reports.filter { report in
                guard state.held[report.delivery.tag] != nil else { return true }
                if !state.status(of: report.result.id).isFinal {
                    let sending = report.delivery.content.namedSending
                    state.store(report.result, of: sending, expiresAt: .latest)
                }
                return false
            }.map(\.delivery)
        }
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        store.write { state in
            // Those that wait keep their order; of the others the last comes first, so that the first ends
            // up in front.
            let ordered = tasks.filter { $0.eta != nil } + tasks.filter { $0.eta == nil }.reversed()
            return ordered.filter { task in
                guard var entry = state.held.removeValue(forKey: task.delivery.tag) else {
                    return true
                }
                entry.due = task.eta
                state.putBack(entry, isRedelivered: task.isRedelivered)
                return false
            }.map(\.delivery)
        }
    }

    package func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        store.write { state in
            letters.filter { letter in
                guard state.held.removeValue(forKey: letter.delivery.tag) != nil else {
                    return true
                }
                state.lastNumber += 1
                state.deadLetters.append(
                    .init(number: state.lastNumber, letter: letter, diedAt: .now())
                )
                let sending = letter.delivery.content.namedSending
                if let result = letter.result {
                    state.store(result, of: sending, expiresAt: .latest)
                }
                if let id = letter.forgotten, sending == nil || state.sendings[id] == sending {
                    state.forget(id)
                }
                state.write(letter.sequel)
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

extension MemoryBroker {
    /// Whether a delivery was taken and is not settled.
    func holds(_ delivery: Delivery) -> Bool {
        store.state.withLock { $0.held[delivery.tag] != nil }
    }
}

extension MemoryStore.Entry {
    /// Compares as tasks are served.
    fileprivate func rank(
        in order: [QueueName],
        _ highestFirst: Bool
    ) -> (Int, Int, Int, Int) {
        // Those under suspicion are in front, the ones with more losses behind.
        let suspicion = losses == 0 ? Int.max : losses
        let queue = order.firstIndex(of: message.queue) ?? 0
        return (highestFirst ? -message.priority : message.priority, suspicion, queue, position)
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
        if let sending = message.sending {
            forget(message.id)
            sendings[message.id] = sending
        }
        if message.expectsResult { sent.insert(message.id) }
    }

    /// Which of the tasks that are ready are taken, and whether suspects are left.
    fileprivate mutating func choose(
        _ ready: [Int],
        _ limit: Int,
        in solitude: Solitude,
        _ worker: String
    ) -> ([Int], SuspectsLeft) {
        let plain = Array(ready.filter { waiting[$0].losses == 0 }.prefix(limit))
        guard limit > 0, let suspect = ready.first(where: { waiting[$0].losses > 0 }) else {
            return (plain, .none)
        }
        guard suspect == ready.first else { return (plain, .toOthers) }
        if solitude >= Solitude(forLosses: waiting[suspect].losses) { return ([suspect], .none) }
        let now = Timestamp.now()
        if let clearing, clearing.worker != worker, clearing.until > now {
            return (plain, .toOthers)
        }
        clearing = (worker, now + Lease.clearance)
        return ([], .toThis)
    }

    /// Puts a task that was held before all others, or if it has to wait behind those due at the same time.
    mutating func putBack(_ entry: MemoryStore.Entry, isRedelivered: Bool = true) {
        var entry = entry
        entry.holder = nil
        if entry.due == nil {
            firstPosition -= 1
            entry.position = firstPosition
        } else {
            lastNumber += 1
            entry.position = lastNumber
        }
        if isRedelivered { entry.isRedelivered = true }
        waiting.append(entry)
    }

    mutating func forget(_ id: TaskID) {
        records[id] = nil
        sent.remove(id)
    }

    /// Puts a task into a worker's hands.
    fileprivate mutating func hold(_ entry: MemoryStore.Entry, worker: String) -> Delivery {
        lastNumber += 1
        var message = entry.message.message
        if entry.isRedelivered {
            message.headers = Redelivery.headers(message.headers)
            message.properties = Redelivery.properties(message.properties)
        }
        let now = Timestamp.now()
        let isRevoked = revoked[entry.message.id].map { $0 > now } ?? false
        let delivery = Delivery(
            tag: "\(worker):\(lastNumber)",
            queue: entry.message.queue,
            content: .parts(message),
            losses: entry.losses,
            comesAgain: entry.isRedelivered,
            standing: isRevoked ? .revoked : .open
        )
        held[delivery.tag] = entry
        held[delivery.tag]?.holder = (worker, now)
        held[delivery.tag]?.takenAs = lastNumber
        held[delivery.tag]?.due = nil
        return delivery
    }
}
