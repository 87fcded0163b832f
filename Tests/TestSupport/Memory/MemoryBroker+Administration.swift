import Synchronization
package import TaskQueue

extension MemoryBroker: QueueInspection, QueueControl, QueuePausing, TaskRevoking {
    package func queueNames() throws(BrokerError) -> [QueueName] {
        store.state.withLock { state in
            let entries = state.waiting + state.held.values
            let names =
                entries.map(\.message.queue) + state.deadLetters.map(\.letter.delivery.queue)
            return Set(names).union(state.paused).sorted { $0.text < $1.text }
        }
    }

    package func summaries(of queues: [QueueName]) throws(BrokerError) -> [QueueSummary] {
        let now = Timestamp.now()
        return store.state.withLock { state in
            queues.map { queue in
                let all = state.waiting.filter { $0.message.queue == queue }
                let waiting = all.filter { $0.due.map { $0 <= now } ?? true }
                return QueueSummary(
                    queue: queue,
                    waiting: waiting.count,
                    delayed: all.count - waiting.count,
                    running: state.held.values.count { $0.message.queue == queue },
                    dead: state.deadLetters.count { $0.letter.delivery.queue == queue },
                    oldestAt: waiting.map { $0.due ?? $0.sentAt }.min(),
                    isPaused: state.paused.contains(queue)
                )
            }
        }
    }

    /// Those that hold something: there are no leases.
    package func workers() throws(BrokerError) -> [WorkerSummary] {
        store.state.withLock { state in
            let holders = state.held.values.compactMap(\.holder?.worker)
            return Set(holders).sorted().map { id in
                WorkerSummary(
                    id: id,
                    identity: nil,
                    queues: [],
                    held: holders.count { $0 == id },
                    leaseEndsAt: .latest
                )
            }
        }
    }

    package func runningTasks() throws(BrokerError) -> [RunningTask] {
        store.state.withLock { state in
            state.held.values.sorted { $0.position < $1.position }.map { entry in
                RunningTask(
                    id: entry.message.id,
                    task: entry.message.task,
                    queue: entry.message.queue,
                    worker: entry.holder?.worker,
                    takenAt: entry.holder?.since
                )
            }
        }
    }

    package func purge(
        _ queue: QueueName,
        includingDelayed: Bool,
        telling: ([TaskID]) throws(BrokerError) -> Void
    ) throws(BrokerError) -> Int {
        store.write { state in
            let isMeant = { (entry: MemoryStore.Entry) in
                entry.message.queue == queue && (includingDelayed || entry.due == nil)
            }
            let purged = state.waiting.filter(isMeant)
            state.waiting.removeAll(where: isMeant)
            for entry in purged where entry.message.expectsResult {
                state.store(.purged(entry.message.id, at: .now()), expiresAt: .latest)
            }
            return purged.count
        }
    }

    package func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int {
        store.write { state in
            var moved = 0
            for index in state.waiting.indices
            where state.waiting[index].message.queue == source
                && (includingDelayed || state.waiting[index].due == nil)
            {
                state.waiting[index].message = state.waiting[index].message.moved(to: target)
                moved += 1
            }
            return moved
        }
    }

    package func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool {
        store.write { state in
            isPaused
                ? state.paused.insert(queue).inserted : state.paused.remove(queue) != nil
        }
    }

    package func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError) {
        store.write { state in
            for id in ids { state.revoked[id] = .now() + lifetime }
        }
    }

    package func takeOut(_ ids: [TaskID]) throws(BrokerError) {
        store.write { state in
            for id in ids where state.waiting.contains(where: { $0.message.id == id }) {
                state.waiting.removeAll { $0.message.id == id }
                state.revoked[id] = nil
            }
        }
    }

    package func find(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID> {
        store.state.withLock { state in
            Set((state.waiting + state.held.values).map(\.message.id)).intersection(ids)
        }
    }
}

// MARK: - Dead letters

extension MemoryBroker: DeadLetterStore {
    package func deadLetters(
        of queue: QueueName,
        skipping skipped: Int,
        upTo limit: Int,
        includingMessages: Bool
    ) throws(BrokerError) -> [StoredLetter] {
        store.state.withLock { state in
            state.deadLetters.filter { $0.letter.delivery.queue == queue }
                .dropFirst(skipped).prefix(limit)
                .map { StoredLetter($0, hasMessage: includingMessages) }
        }
    }

    package func deadLetters(
        named name: String,
        among queues: [QueueName]
    ) throws(BrokerError) -> [StoredLetter] {
        store.state.withLock { state in
            state.deadLetters.map { StoredLetter($0, hasMessage: true) }.filter { $0.name == name }
        }
    }

    package func retry(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        store.write { state in
            guard let content = state.remove(letter)?.delivery.content,
                let message = try? content.message(), let id = letter.id, let task = letter.task
            else { return false }
            if case .stored(let result) = state.status(of: id), result.state == .failure {
                state.records[id] = nil
            }
            state.revoked[id] = nil
            state.add(
                OutgoingMessage(
                    id: id,
                    task: task,
                    queue: letter.queue,
                    priority: message.properties[key: "priority"]?.integer ?? 0,
                    eta: nil,
                    expectsResult: true,
                    sending: content.namedSending,
                    message: message
                ),
                holding: UniqueHold(headers: message.headers).flatMap { unique in
                    state.holder(of: unique.key) == nil ? unique.fromNow : nil
                }
            )
            return true
        }
    }

    package func drop(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        store.write { state in state.remove(letter) != nil }
    }
}

extension MemoryStore.State {
    fileprivate mutating func remove(_ letter: StoredLetter) -> DeadLetter? {
        guard let index = deadLetters.firstIndex(where: { "\($0.number)" == letter.key }) else {
            return nil
        }
        return deadLetters.remove(at: index).letter
    }
}

extension StoredLetter {
    fileprivate init(_ stored: MemoryStore.Letter, hasMessage: Bool) {
        self.init(
            key: "\(stored.number)",
            id: stored.letter.id,
            task: stored.letter.task,
            queue: stored.letter.delivery.queue,
            reason: stored.letter.reason,
            losses: stored.letter.delivery.losses,
            diedAt: stored.diedAt,
            content: hasMessage ? stored.letter.delivery.content : nil
        )
    }
}

extension OutgoingMessage {
    /// The same for another queue; its bytes still name the old one.
    fileprivate func moved(to queue: QueueName) -> OutgoingMessage {
        OutgoingMessage(
            id: id,
            task: task,
            queue: queue,
            priority: priority,
            eta: eta,
            expectsResult: expectsResult,
            unique: unique,
            sending: sending,
            message: message
        )
    }
}
