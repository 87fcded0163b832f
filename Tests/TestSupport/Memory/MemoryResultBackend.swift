import Synchronization
package import TaskQueue

/// The results in a ``MemoryStore``.
package final class MemoryResultBackend: ResultBackend {
    let kept: MemoryStore
    private let lifetime: Duration?
    private let progress = ProgressReporter()
    /// Of which nothing being known means that they have ended.
    private var expected: Set<TaskID> = []

    /// Opens a connection whose results are kept for a time; `nil`: for ever.
    package init(_ store: MemoryStore, lifetime: Duration?) {
        kept = store
        self.lifetime = lifetime
    }

    package func store(_ results: [StoredResult]) throws(BrokerError) {
        let expiresAt = lifetime.map { Timestamp.now() + $0 } ?? .latest
        kept.write { state in
            for result in results { state.store(result, expiresAt: expiresAt) }
        }
    }

    package func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        let statuses = kept.state.withLock { state in ids.map { state.status(of: $0) } }
        for (id, status) in zip(ids, statuses) where status == .pending { expected.insert(id) }
        return statuses
    }

    package func expect(_ ids: [TaskID]) { expected.formUnion(ids) }

    package func awaitFinal(
        _ ids: [TaskID],
        until deadline: Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        let wake = kept.newPipe()
        defer { kept.remove(wake) }
        progress.keep(ids)
        while true {
            wake.clear()
            let records = zip(ids, try fetch(ids)).compactMap { id, status in
                switch status {
                case .stored(let record): record
                case .unknown where expected.contains(id): StoredResult.gone(id)
                default: nil
                }
            }
            let finished = progress.report(records, to: onProgress)
            if !finished.isEmpty { return finished }
            if let deadline, Instant.now >= deadline { return [] }
            if wake.wait(until: deadline, or: descriptor) { return [] }
        }
    }

    package func renew(_ ids: [TaskID]) throws(BrokerError) { try forget(ids) }

    package func forget(_ ids: [TaskID]) throws(BrokerError) {
        kept.write { state in
            for id in ids { state.forget(id) }
        }
    }
}
