package import TaskQueue

/// Waits for tasks to end.
package final class ResultWaiter {
    private let backend: any ResultBackend
    private let display: ProgressDisplay?
    private let timeout: Duration?
    private let deadline: ContinuousClock.Instant?

    /// - Parameters:
    ///   - backend: where the results will be.
    ///   - timeout: for all tasks together, from now; `nil`: as long as it takes.
    ///   - deadline: when it ends, if the time has begun before; `nil`: it begins now.
    ///   - display: shows their progress; `nil`: nothing does.
    package init(
        _ backend: any ResultBackend,
        timeout: Duration?,
        until deadline: ContinuousClock.Instant? = nil,
        display: ProgressDisplay? = nil
    ) {
        self.backend = backend
        self.display = display
        self.timeout = timeout
        self.deadline = deadline ?? timeout.map { .now + $0 }
    }

    /// Waits for some of the tasks.
    ///
    /// - Throws: ``CommandError`` with status 124 when the time is over.
    package func wait(forAnyOf ids: [TaskID]) throws(CommandError) -> [StoredResult] {
        display?.draw()
        let finished = try reportingBrokerErrors { () throws(BrokerError) in
            try backend.awaitFinal(ids, until: deadline, onProgress: display?.report)
        }
        display?.end(finished.map(\.id))
        guard finished.isEmpty else { return finished }
        throw Self.timedOut(ids, after: timeout ?? .zero)
    }

    /// The error of tasks that have not ended in time.
    package static func timedOut(_ ids: [TaskID], after timeout: Duration) -> CommandError {
        let time = DurationText.format(timeout)
        let what = ids.count == 1 ? "task \(ids[0]) has" : "\(ids.count) tasks have"
        return CommandError(.timedOut, "\(what) not finished in \(time): --timeout sets the time")
    }

    /// Waits for all tasks.
    ///
    /// - Parameters:
    ///   - ids: may name a task twice; its result is then given twice.
    ///   - each: is given the results in the order of the ids, as early as that allows.
    /// - Throws: ``CommandError`` with status 124 when the time is over, and what `each` throws.
    package func waitInOrder(
        _ ids: [TaskID],
        _ each: (StoredResult) throws(CommandError) -> Void
    ) throws(CommandError) {
        var results: [TaskID: StoredResult] = [:]
        var open = Set(ids)
        display?.add(open.count)
        defer { display?.erase() }
        for id in ids {
            while results[id] == nil {
                for result in try wait(forAnyOf: Array(open)) {
                    results[result.id] = result
                    open.remove(result.id)
                }
            }
            if let result = results[id] { try each(result) }
        }
    }
}
