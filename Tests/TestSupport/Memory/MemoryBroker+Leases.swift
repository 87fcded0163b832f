import Synchronization
package import TaskQueue

extension MemoryBroker: LeaseKeeper {
    package func renewLease(
        holding tags: [String],
        serving queues: [QueueName]
    ) throws(BrokerError) -> Bool {
        let worker = worker
        return store.state.withLock { state in
            let now = Timestamp.now()
            defer { state.leases[worker] = now + Lease.length }
            return state.leases[worker].map { $0 >= now } ?? false
        }
    }

    package func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)] {
        store.write { state in
            let now = Timestamp.now()
            let dead = state.leases.filter { $0.value < now }.map(\.key).sorted()
            let counts = dead.map { ($0, state.bury($0)) }
            return counts.filter { $0.1 > 0 }.map { (worker: $0.0, tasks: $0.1) }
        }
    }

    package func requeueAllBut(_ tags: [String]) throws(BrokerError) {
        let worker = worker
        store.write { state in
            for (tag, entry) in state.held(by: worker) where !tags.contains(tag) {
                state.held[tag] = nil
                state.putBack(entry)
            }
        }
    }

    package func releaseLease(serving queues: [QueueName]) throws(BrokerError) {
        let worker = worker
        store.state.withLock { $0.leases[worker] = nil }
    }
}

extension MemoryStore {
    /// Lets a worker's lease run out.
    package func expireLease(of worker: String) {
        state.withLock { $0.leases[worker] = .earliest }
    }
}

extension MemoryStore.State {
    /// What a worker holds, the last taken first.
    fileprivate func held(by worker: String) -> [(tag: String, entry: MemoryStore.Entry)] {
        held.filter { $0.value.holder?.worker == worker }
            .sorted { $0.value.takenAs > $1.value.takenAs }.map { ($0.key, $0.value) }
    }

    /// Puts back what a dead worker held, and says how many tasks those were.
    fileprivate mutating func bury(_ worker: String) -> Int {
        leases[worker] = nil
        let entries = held(by: worker)
        let lastWasSuspect = entries.first.map { $0.entry.losses > 0 } ?? false
        let now = Timestamp.now()
        deaths.removeAll { $0 + Lease.deathMemory < now }
        if !lastWasSuspect { deaths.append(now) }
        for (index, (tag, found)) in entries.enumerated() {
            var entry = found
            let charge = Charge(
                amongst: entries.count,
                isLast: index == 0,
                lastWasSuspect: lastWasSuspect
            )
            entry.losses = charge.losses(after: entry.losses)
            held[tag] = nil
            if charge.isPoison(entry.losses, besides: deaths.count) {
                setAside(entry, tag)
            } else {
                putBack(entry)
            }
        }
        return entries.count
    }

    private mutating func setAside(_ entry: MemoryStore.Entry, _ tag: String) {
        let failure = Lease.failure(losses: entry.losses)
        let message = entry.message.message
        let content = Delivery.Content.columns(
            headers: message.headers.bytes,
            properties: message.properties.bytes,
            body: message.body,
            contentType: message.contentType
        )
        let (id, queue) = (entry.message.id, entry.message.queue)
        let result = StoredResult(
            id: id,
            state: .failure,
            result: failure.json,
            finishedAt: .now()
        )
        let letter = DeadLetter(
            Delivery(tag: tag, queue: queue, content: content, losses: entry.losses),
            reason: "\(failure)",
            id: id,
            task: entry.message.task,
            result: entry.message.expectsResult ? result : nil
        )
        lastNumber += 1
        deadLetters.append(.init(number: lastNumber, letter: letter, diedAt: .now()))
        if let result = letter.result { store(result, expiresAt: .latest) }
    }
}
