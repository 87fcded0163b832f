/// The outcomes to write for tasks, kept until the broker has taken them.
///
/// If the connection of a task is gone, and with it the hold on the task, only its result is stored: the
/// broker delivers it again, and the next run sends what comes next.
struct Settlements {
    /// The result of writing.
    struct Written {
        /// The deliveries that were settled.
        let tags: [String]
        /// Of these, the ones that were not written, or may not have been.
        let lost: [(delivery: Delivery, loss: TaskLoss)]
        /// What went wrong, so that the rest is still to be written; `nil`: nothing did.
        let failure: BrokerError?
    }

    private(set) var finished: [FinishedTask] = []
    private(set) var requeued: [RequeuedTask] = []
    private(set) var letters: [DeadLetter] = []
    /// To be closed when what follows from them is sent.
    private var endedChords: [String] = []
    /// Of tasks whose connections are gone.
    private var gone: [Gone] = []

    private struct Gone {
        let delivery: Delivery
        /// `nil`: there is none to store.
        let result: StoredResult?
        /// Whether it has run.
        let hasEnded: Bool
        /// Whether nothing comes after it: then it need not be run again.
        let isFinal: Bool
    }
    /// The tags of what was being written when that failed: all of it or some may have been written.
    private var tried: Set<String> = []

    /// Why the broker refuses what is left: each needs something that is in the way, such as a key of a wrong type;
    /// `nil`: nothing was refused this way.
    private(set) var obstacle: BrokerError?
    /// If this many are left, no more are taken.
    private static let mostLeft = 100

    var isEmpty: Bool {
        finished.isEmpty && requeued.isEmpty && letters.isEmpty && gone.isEmpty
    }

    /// The deliveries to settle.
    private var tags: [String] {
        finished.map(\.delivery.tag) + requeued.map(\.delivery.tag) + letters.map(\.delivery.tag)
            + gone.map(\.delivery.tag)
    }

    /// Adds one of a task whose connection is there.
    mutating func add(_ settlement: WorkerState.Settlement) {
        switch settlement {
        case .finish(let task): finished.append(task)
        case .requeue(let task): requeued.append(task)
        case .deadLetter(let letter): letters.append(letter)
        }
    }

    /// Adds one of a task whose connection is gone, and with it the hold on the task.
    mutating func addGone(_ settlement: WorkerState.Settlement) {
        switch settlement {
        case .finish(let task):
            let result = task.result.flatMap { $0.state.isFinal ? $0 : nil }
            let isFinal = task.next.isEmpty && task.sequel == nil
            gone.append(
                Gone(delivery: task.delivery, result: result, hasEnded: true, isFinal: isFinal)
            )
        case .deadLetter(let letter):
            gone.append(
                Gone(
                    delivery: letter.delivery,
                    result: letter.result,
                    hasEnded: true,
                    isFinal: false
                )
            )
        case .requeue(let task):
            gone.append(Gone(delivery: task.delivery, result: nil, hasEnded: false, isFinal: false))
        }
    }

    /// The connection of all of them is gone, and with it the hold on the tasks.
    mutating func loseConnection() {
        let all =
            finished.map(WorkerState.Settlement.finish) + letters.map { .deadLetter($0) }
            + requeued.map { .requeue($0) }
        (finished, letters, requeued) = ([], [], [])
        for settlement in all { addGone(settlement) }
    }

    var count: Int { finished.count + requeued.count + letters.count + gone.count }

    /// Writes everything, and keeps what could not be written.
    ///
    /// - Parameters:
    ///   - broker: the one that the tasks were taken from.
    ///   - backend: where results go; `nil` if the broker holds them.
    /// - Returns: what came of it.
    mutating func commit(to broker: any Broker, backend: (any ResultBackend)?) -> Written {
        let open = tags
        let tried = tried
        var lost: [Delivery] = []
        var ended: [Delivery] = []
        func marked(_ lost: [Delivery]) -> [(delivery: Delivery, loss: TaskLoss)] {
            lost.map { ($0, tried.contains($0.tag) ? .uncertain : .notHeld) }
                + ended.map { ($0, .connectionGone) }
        }
        obstacle = nil
        do throws(BrokerError) {
            if !gone.isEmpty { ended = try storeGone(in: backend, broker) }
            if let backend { try storeResults(in: backend, broker) }
            lost += try Self.write(&finished, &obstacle, broker.finish)
            lost += try Self.write(&letters, &obstacle, broker.deadLetter)
            if !endedChords.isEmpty { try backend?.workflowStore?.close(endedChords) }
            endedChords = []
            lost += try Self.write(&requeued, &obstacle, broker.requeue)
            if let obstacle, count >= Self.mostLeft { throw obstacle }
        } catch {
            let left = Set(tags)
            self.tried = left
            return Written(
                tags: open.filter { !left.contains($0) },
                lost: marked(lost),
                failure: error
            )
        }
        self.tried = []
        let left = Set(tags)
        return Written(
            tags: left.isEmpty ? open : open.filter { !left.contains($0) },
            lost: marked(lost),
            failure: nil
        )
    }

    /// Writes everything in one step, or one by one if something blocks that, and keeps those that are
    /// blocked.
    ///
    /// - Returns: the deliveries that were no longer held.
    private static func write<Item>(
        _ items: inout [Item],
        _ obstacle: inout BrokerError?,
        _ body: ([Item]) throws(BrokerError) -> [Delivery]
    ) throws(BrokerError) -> [Delivery] {
        guard !items.isEmpty else { return [] }
        do throws(BrokerError) {
            let lost = try body(items)
            items = []
            return lost
        } catch {
            guard case .unusable = error else { throw error }
            guard items.count > 1 else {
                obstacle = error
                return []
            }
        }
        var (left, lost): ([Item], [Delivery]) = ([], [])
        for (index, item) in items.enumerated() {
            do throws(BrokerError) { lost += try body([item]) } catch {
                left.append(item)
                if case .unusable = error {
                    obstacle = error
                    continue
                }
                items = left + items[(index + 1)...]
                throw error
            }
        }
        items = left
        return lost
    }

    /// Stores the results of tasks whose connection is gone.
    ///
    /// - Returns: the deliveries of those that have ended.
    private mutating func storeGone(
        in backend: (any ResultBackend)?,
        _ broker: any Broker
    ) throws(BrokerError) -> [Delivery] {
        let results = gone.compactMap { item in item.result.map { (item.delivery, $0) } }
        if let backend {
            if !results.isEmpty { try backend.store(results.map(\.1)) }
        } else if !results.isEmpty {
            _ = try broker.report(results.map { ProgressReport($0.0, result: $0.1) })
        }
        let ended = gone.filter(\.isFinal).map(\.delivery.tag)
        try broker.runClaims?.release(gone.map(\.delivery.tag), ended: Set(ended))
        defer { gone = [] }
        return gone.filter(\.hasEnded).map(\.delivery)
    }

    /// Results first: storing a result twice does no harm, but losing one does.
    private mutating func storeResults(
        in backend: any ResultBackend,
        _ broker: any Broker
    ) throws(BrokerError) {
        let all =
            finished.map { ($0.delivery, $0.result) } + letters.map { ($0.delivery, $0.result) }
        let named = all.map { $0.0 }.filter { $0.content.namedSending != nil }
        let outdated = named.isEmpty ? [] : try broker.outdated(named)
        let results = all.compactMap { outdated.contains($0.0.tag) ? nil : $0.1 }
        if !results.isEmpty { try backend.store(results) }
        for index in finished.indices {
            let task = finished[index]
            finished[index] = FinishedTask(
                task.delivery,
                result: nil,
                forgotten: task.forgotten,
                next: task.next,
                sequel: try messages(of: task.sequel, backend)
            )
        }
        for index in letters.indices {
            let letter = letters[index]
            letters[index] = DeadLetter(
                letter.delivery,
                reason: letter.reason,
                id: letter.id,
                task: letter.task,
                forgotten: letter.forgotten,
                sequel: try messages(of: letter.sequel, backend)
            )
        }
    }

    /// Writes what follows a task in its workflow, but for the messages.
    private mutating func messages(
        of sequel: Sequel?,
        _ backend: any ResultBackend
    ) throws(BrokerError) -> Sequel? {
        guard var sequel else { return nil }
        endedChords += try sequel.write(to: backend)
        return sequel
    }
}
