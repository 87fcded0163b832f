/// Revokes tasks, wherever they are.
package enum Revocation {
    /// How long it is remembered of a task that does not come up.
    private static let lifetime: Duration = .seconds(7 * 86_400)
    /// In which nothing has begun: Celery's workers write over these.
    private static let openStates = ["PENDING", "RECEIVED", "RETRY", "REJECTED"]

    /// Revokes tasks that have not ended, and tells who waits for those that have not begun.
    ///
    /// A result that is stored between the look and the writing may be written over, unless it is a
    /// success, as with Celery.
    ///
    /// - Parameters:
    ///   - ids: of the tasks; it may be done twice.
    ///   - broker: where they wait.
    ///   - results: where their results are, and what knows which were sent.
    /// - Returns: how each of them stood before.
    /// - Throws: ``BrokerError``.
    package static func revoke(
        _ ids: [TaskID],
        _ broker: any QueueAdministration,
        _ results: any ResultBackend
    ) throws(BrokerError) -> [ResultStatus] {
        let statuses = try results.fetch(ids)
        let open = Array(zip(ids, statuses)).filter { !$1.isFinal }
        try broker.revoke(open.map { $0.0 }, for: lifetime)
        // Those that workers hold go on, and have their outcome.
        let held = Set(try broker.runningTasks().compactMap(\.id))
        let records = open.filter { !held.contains($0.0) && hasNotBegun($0.0, $0.1) }
            .map { record(of: $0.0) }
        if !records.isEmpty { try results.store(records) }
        return statuses
    }

    /// Of Celery's clients nothing is known until a task has ended; of our own, that an id was sent.
    private static func hasNotBegun(_ id: TaskID, _ status: ResultStatus) -> Bool {
        switch status {
        case .pending: true
        case .unknown: SentRecord(id) == nil
        case .stored(let result): openStates.contains(result.state.rawValue)
        }
    }

    /// As Celery's workers write it when they are told (`celery-wire`, section 6.5).
    private static func record(of id: TaskID) -> StoredResult {
        StoredResult(
            id: id,
            state: .revoked,
            result: TaskFailure.revoked(because: "revoked").json,
            children: .null,
            finishedAt: .now()
        )
    }
}
