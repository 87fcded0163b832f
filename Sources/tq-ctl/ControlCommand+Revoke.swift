import CommandSupport
import Decompression
import TaskQueue

extension ControlCommand {
    /// How long it is remembered of a task that does not come up.
    private static let revocationLifetime: Duration = .seconds(7 * 86_400)
    /// In which nothing has begun: Celery's workers write over these.
    private static let openStates = ["PENDING", "RECEIVED", "RETRY", "REJECTED"]

    /// Revokes tasks, and tells who waits for those that have not begun.
    ///
    /// A result that is stored between the look and the writing may be written over, unless it is a
    /// success, as with Celery.
    func revoke() throws(CommandError) -> ExitCode {
        let ids = arguments.operands.map { TaskID($0) }
        let (results, statuses) = try reportingBrokerErrors { () throws(BrokerError) in
            let results = try transports.openResults(decompress: SystemDecompressor.decompress)
            return (results, try results.fetch(ids))
        }
        let all = Array(zip(ids, statuses))
        let open = all.filter { !$1.isFinal }
        try reportingBrokerErrors { () throws(BrokerError) in
            try broker.revoke(open.map { $0.0 }, for: Self.revocationLifetime)
            // Those that workers hold go on, and have their outcome.
            let held = Set(try broker.runningTasks().compactMap(\.id))
            let records = open.filter { !held.contains($0.0) && Self.hasNotBegun($0.0, $0.1) }
                .map { Self.record(of: $0.0) }
            if !records.isEmpty { try results.store(records) }
        }
        var code = ExitCode.success
        for (id, status) in all { code = max(code, try report(id, status)) }
        return code
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

    private func report(_ id: TaskID, _ status: ResultStatus) throws(CommandError) -> ExitCode {
        var code = ExitCode.success
        var state: String?
        switch status {
        case .stored(let result):
            state = result.state.rawValue
            if status.isFinal { note("task \(id) has ended already: \(result.state.rawValue)") }
        case .pending: state = TaskState.pending.rawValue
        case .unknown where SentRecord(id) != nil:
            code = .noSuchTask
            diagnostics.error(
                "no task \(id) is known: it is revoked all the same, if it waits without a result"
            )
        case .unknown: break
        }
        try printIfJSON([
            Field("id", .text(id.text)), Field("state", .text(state)),
            Field("revoked", .flag(!status.isFinal, word: "revoked")),
        ])
        return code
    }
}
