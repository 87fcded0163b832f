/// Revokes tasks, wherever they are.
package enum Revocation {
    /// How long a waiting task is remembered, until it comes up; longer than any queue is left alone.
    private static let lifetime: Duration = .seconds(366 * 86_400)
    /// How long an unknown one is remembered.
    private static let unknownLifetime: Duration = .seconds(7 * 86_400)
    /// States in which nothing has begun: Celery's workers write over these.
    private static let openStates = ["PENDING", "RECEIVED", "RETRY", "REJECTED"]

    /// The state of a task before it was revoked.
    package struct Finding: Equatable, Sendable {
        package let status: ResultStatus
        /// Whether a worker has it in its hands: then it goes on.
        package let isHeld: Bool
        /// Whether it was sent, as far as can be seen.
        package let isKnown: Bool
    }

    /// Revokes tasks that have not ended, and tells those who wait for tasks that have not begun.
    ///
    /// Delayed tasks are removed. The revocation of waiting and of unknown ones is remembered.
    ///
    /// A result that is stored between the look and the writing may be written over, unless it is a
    /// success, as with Celery.
    ///
    /// - Parameters:
    ///   - ids: of the tasks; repeating it does no harm.
    ///   - broker: where they wait.
    ///   - results: where their results are, and the record of what was sent.
    /// - Returns: the state of each of them before.
    /// - Throws: ``BrokerError``.
    package static func revoke(
        _ ids: [TaskID],
        _ broker: any Broker,
        _ results: any ResultBackend
    ) throws(BrokerError) -> [Finding] {
        let revoking = try broker.requiring(.taskRevoking)
        let inspection = try broker.requiring(.queueInspection)
        let statuses = try results.fetch(ids)
        let open = zip(ids, statuses).filter { !$1.isFinal }
        let unknown = open.filter { $1 == .unknown }.map { $0.0 }
        let found = unknown.isEmpty ? [] : try revoking.find(unknown)
        let known = open.filter { $1 != .unknown || found.contains($0) }
        if !known.isEmpty { try revoking.revoke(known.map { $0.0 }, for: lifetime) }
        let missing = unknown.filter { !found.contains($0) }
        if !missing.isEmpty { try revoking.revoke(missing, for: unknownLifetime) }
        // Tasks that workers hold go on, and get their own outcome.
        let held = open.isEmpty ? [] : Set(try inspection.runningTasks().compactMap(\.id))
        let records = known.filter { !held.contains($0.0) && hasNotBegun($0.1) }.map { $0.0 }
        if !records.isEmpty {
            try results.store(records.map(record))
            try revoking.takeOut(records)
        }
        return zip(ids, statuses).map { id, status in
            Finding(
                status: status,
                isHeld: held.contains(id) && !status.isFinal,
                isKnown: status != .unknown || found.contains(id)
            )
        }
    }

    /// All that is known of a task from Celery's clients before it ends is whether it is there.
    private static func hasNotBegun(_ status: ResultStatus) -> Bool {
        switch status {
        case .pending, .unknown: true
        case .stored(let result): openStates.contains(result.state.rawValue)
        }
    }

    /// In the form of Celery's workers when they are told (`celery-wire`, section 6.5).
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
