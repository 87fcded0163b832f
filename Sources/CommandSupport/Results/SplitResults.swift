internal import TaskQueue

/// Results that are not where the broker is: what has none yet is asked for at the broker, which knows
/// what was sent.
final class SplitResults: ResultBackend {
    private let results: any ResultBackend
    private let openBroker: () throws(BrokerError) -> any ResultBackend
    private var broker: (any ResultBackend)?

    /// - Parameters:
    ///   - results: where they are stored.
    ///   - openBroker: connects to what the broker remembers, when it is first needed.
    init(
        _ results: any ResultBackend,
        openBroker: @escaping () throws(BrokerError) -> any ResultBackend
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
        for (index, status) in zip(open, try openedBroker().fetch(open.map { ids[$0] }))
        where status == .pending { statuses[index] = .pending }
        // Meanwhile one may have ended, of which the broker knows nothing any more.
        let unknown = open.filter { statuses[$0] == .unknown }
        guard !unknown.isEmpty else { return statuses }
        for (index, status) in zip(unknown, try results.fetch(unknown.map { ids[$0] })) {
            statuses[index] = status
        }
        return statuses
    }

    func awaitFinal(
        _ ids: [TaskID],
        until deadline: ContinuousClock.Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        try results.awaitFinal(ids, until: deadline, wokenBy: descriptor, onProgress: onProgress)
    }

    func forget(_ ids: [TaskID]) throws(BrokerError) {
        try results.forget(ids)
        try openedBroker().forget(ids)
    }

    private func openedBroker() throws(BrokerError) -> any ResultBackend {
        if let broker { return broker }
        let opened = try openBroker()
        broker = opened
        return opened
    }
}
