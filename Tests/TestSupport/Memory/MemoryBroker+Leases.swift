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
            if state.wasOutage(at: now) { state.graceEnds = now + Lease.length }
            state.lastRenewal = now
            defer { state.leases[worker] = now + Lease.length }
            return state.leases[worker].map { $0 >= now } ?? false
        }
    }

    package func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)] {
        store.write { state in
            let now = Timestamp.now()
            guard state.graceEnds <= now, !state.wasOutage(at: now) else { return [] }
            let dead = state.leases.filter { $0.value < now }.map(\.key).sorted()
            let counts = dead.map { ($0, state.bury($0)) }
            return counts.filter { $0.1 > 0 }.map { (worker: $0.0, tasks: $0.1) }
        }
    }

    package func requeueAllBut(_ tags: [String]) throws(BrokerError) { putAllBack(but: tags) }

    /// Puts back what the worker holds.
    ///
    /// - Parameter tags: of the deliveries that it keeps.
    func putAllBack(but tags: [String] = []) {
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
    package func expireLease(of worker: String) {
        state.withLock { $0.leases[worker] = .earliest }
    }

    /// What the contract does to leases.
    package var leases: LeaseControl {
        LeaseControl(
            expire: { worker in self.expireLease(of: worker) },
            beginOutage: {
                self.state.withLock { state in
                    state.lastRenewal = .now() - Lease.length - .seconds(2)
                    for worker in state.leases.keys { state.leases[worker] = .earliest }
                }
            },
            endOutage: { self.state.withLock { $0.graceEnds = .earliest } }
        )
    }
}

extension MemoryStore.State {
    /// Whether no lease was renewed for longer than a worker that lives is silent.
    fileprivate func wasOutage(at now: Timestamp) -> Bool {
        lastRenewal.map { $0 + Lease.length < now } ?? false
    }

    /// What a worker holds, the last taken first.
    fileprivate func held(by worker: String) -> [(tag: String, entry: MemoryStore.Entry)] {
        held.filter { $0.value.holder?.worker == worker }
            .sorted { $0.value.takenAs > $1.value.takenAs }.map { ($0.key, $0.value) }
    }

    /// Puts back what a dead worker held, and says how many tasks those were.
    fileprivate mutating func bury(_ worker: String) -> Int {
        leases[worker] = nil
        // The last taken goes back first, so that the first is in front.
        let entries = held(by: worker)
        let death = WorkerDeath(holding: entries.reversed().map(\.entry.losses))
        let now = Timestamp.now()
        deaths.removeAll { $0 + Lease.deathMemory < now }
        if death.isUnexplained { deaths.append(now) }
        for (index, (tag, found)) in entries.enumerated() {
            var entry = found
            let verdict = death.verdict(
                at: entries.count - 1 - index,
                besides: deaths.count
            )
            entry.losses = verdict.losses
            held[tag] = nil
            if verdict.isPoison {
                deadLetter(entry, tag)
            } else {
                putBack(entry)
            }
        }
        return entries.count
    }

    private mutating func deadLetter(_ entry: MemoryStore.Entry, _ tag: String) {
        let message = entry.message.message
        let content = RawMessage.parts(message)
        let queue = entry.message.queue
        let letter = DeadLetter.poison(
            Delivery(tag: tag, queue: queue, content: content, losses: entry.losses),
            id: entry.message.id,
            task: entry.message.task,
            expectsResult: entry.message.expectsResult,
            at: .now(),
            message: message
        )
        lastNumber += 1
        deadLetters.append(.init(number: lastNumber, letter: letter, diedAt: .now()))
        if let result = letter.result { store(result, expiresAt: .latest) }
        write(letter.sequel)
    }
}
