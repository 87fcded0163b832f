/// What is to be written for tasks, kept until the broker has taken it.
struct Settlements {
    private(set) var finished: [FinishedTask] = []
    private(set) var requeued: [RequeuedTask] = []
    private(set) var letters: [DeadLetter] = []
    /// The tags of what was being written when that failed: it may have been, all or some.
    private var tried: Set<String> = []

    /// Why the broker refuses what is left, which each time one of them needs, as a key of a wrong type;
    /// `nil`: nothing was refused so.
    private(set) var obstacle: BrokerError?
    /// If so many are left, no more are taken.
    private static let mostLeft = 100

    var isEmpty: Bool { finished.isEmpty && requeued.isEmpty && letters.isEmpty }

    /// The deliveries that are to be settled.
    var tags: [String] {
        finished.map(\.delivery.tag) + requeued.map(\.delivery.tag) + letters.map(\.delivery.tag)
    }

    mutating func add(_ settlement: WorkerState.Settlement) {
        switch settlement {
        case .finish(let task): finished.append(task)
        case .requeue(let task): requeued.append(task)
        case .setAside(let letter): letters.append(letter)
        }
    }

    var count: Int { finished.count + requeued.count + letters.count }

    /// Writes all, and keeps what could not be written.
    ///
    /// - Parameters:
    ///   - broker: from which the tasks were taken.
    ///   - backend: where results go; `nil` if the broker holds them.
    /// - Returns: the tags of what was settled; of these, the deliveries that were not held any more,
    ///   because others have them or, if `isRepeated`, because they were settled the first time; and what
    ///   has gone wrong, after which the rest is still to be written, or `nil`.
    mutating func commit(
        to broker: any Broker,
        backend: (any ResultBackend)?
    ) -> (tags: [String], lost: [(delivery: Delivery, isRepeated: Bool)], failure: BrokerError?) {
        let open = tags
        let tried = tried
        var lost: [Delivery] = []
        func marked(_ lost: [Delivery]) -> [(delivery: Delivery, isRepeated: Bool)] {
            lost.map { ($0, tried.contains($0.tag)) }
        }
        obstacle = nil
        do throws(BrokerError) {
            if let backend { try storeResults(in: backend, broker) }
            lost += try Self.write(&finished, &obstacle, broker.finish)
            lost += try Self.write(&letters, &obstacle, broker.setAside)
            lost += try Self.write(&requeued, &obstacle, broker.requeue)
            if let obstacle, count >= Self.mostLeft { throw obstacle }
        } catch {
            let left = Set(tags)
            self.tried = left
            return (open.filter { !left.contains($0) }, marked(lost), error)
        }
        self.tried = []
        let left = Set(tags)
        return (left.isEmpty ? open : open.filter { !left.contains($0) }, marked(lost), nil)
    }

    /// Writes all in one step; one by one if something is in the way of that, and keeps those that it is in
    /// the way of.
    ///
    /// - Returns: the deliveries that were not held any more.
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

    /// Results first: a task whose result is stored twice does no harm, one without a result does.
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
        finished = finished.map {
            FinishedTask($0.delivery, result: nil, forgotten: $0.forgotten, next: $0.next)
        }
        letters = letters.map {
            DeadLetter(
                $0.delivery,
                reason: $0.reason,
                id: $0.id,
                task: $0.task,
                forgotten: $0.forgotten
            )
        }
    }
}
