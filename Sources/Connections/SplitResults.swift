internal import TaskQueue

/// Results that are not where the broker is: for a task without a result, it asks the broker, which knows
/// what was sent.
///
/// Where the broker remembers nothing, such a task may still be on its way.
final class SplitResults: ResultBackend {
    private let results: any ResultBackend
    private let openBroker: (() throws(BrokerError) -> any ResultBackend)?
    private var broker: (any ResultBackend)?
    /// How often to ask the broker whether the awaited tasks were forgotten.
    private static let interval: Duration = .seconds(5)
    /// Ids of which the following holds: if nothing is known of them, they have ended.
    private var expected: Set<TaskID> = []

    /// - Parameters:
    ///   - results: where they are stored.
    ///   - openBroker: connects to what the broker remembers, when it is first needed; `nil`: it remembers
    ///     nothing.
    init(
        _ results: any ResultBackend,
        openBroker: (() throws(BrokerError) -> any ResultBackend)?
    ) {
        self.results = results
        self.openBroker = openBroker
    }

    func store(_ results: [StoredResult]) throws(BrokerError) {
        try self.results.store(results)
    }

    func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        var statuses = try results.fetch(ids)
        let open = statuses.indices.filter { statuses[$0] == .unknown }
        guard !open.isEmpty else { return statuses }
        guard let broker = try openedBroker() else {
            for index in open { statuses[index] = .pending }
            return statuses
        }
        for (index, status) in zip(open, try broker.fetch(open.map { ids[$0] }))
        where status == .pending {
            statuses[index] = .pending
            expected.insert(ids[index])
        }
        // Meanwhile a task may have ended of which the broker no longer knows.
        let unknown = open.filter { statuses[$0] == .unknown }
        guard !unknown.isEmpty else { return statuses }
        for (index, status) in zip(unknown, try results.fetch(unknown.map { ids[$0] })) {
            statuses[index] = status
        }
        return statuses
    }

    func awaitFinal(
        _ ids: [TaskID],
        until deadline: Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        while true {
            let look = Instant.now + Self.interval
            let finished = try results.awaitFinal(
                ids,
                until: min(deadline ?? look, look),
                wokenBy: descriptor,
                onProgress: onProgress
            )
            guard finished.isEmpty, Instant.now >= look else { return finished }
            // A worker that stores no results tells the broker alone; whether it can be asked does not matter.
            let open = ids.filter(expected.contains)
            let statuses = open.isEmpty ? [] : (try? fetch(open)) ?? []
            let gone = zip(open, statuses).filter { $1 == .unknown }.map { $0.0 }
            expected.subtract(gone)
            if !gone.isEmpty { return gone.map(StoredResult.gone) }
            if let deadline, deadline <= .now { return [] }
        }
    }

    func expect(_ ids: [TaskID]) { expected.formUnion(ids) }

    func forget(_ ids: [TaskID]) throws(BrokerError) {
        try results.forget(ids)
        try openedBroker()?.forget(ids)
    }

    /// The broker's own records change as the tasks are sent.
    func renew(_ ids: [TaskID]) throws(BrokerError) { try results.renew(ids) }

    var workflowStore: (any WorkflowStore)? { results.workflowStore }

    /// `nil`: the broker remembers nothing.
    private func openedBroker() throws(BrokerError) -> (any ResultBackend)? {
        if let broker { return broker }
        guard let opened = try openBroker?() else { return nil }
        broker = opened
        return opened
    }
}
