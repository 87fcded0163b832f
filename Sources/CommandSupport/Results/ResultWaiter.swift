package import TaskQueue

/// Waits for tasks to end.
package final class ResultWaiter {
    private let backend: any ResultBackend
    private let display: ProgressDisplay?
    private let limit: WaitLimit?
    private let notice: AbsenceNotice?

    /// - Parameters:
    ///   - backend: where the results will be.
    ///   - limit: for all tasks together; `nil`: as long as it takes.
    ///   - display: shows their progress; `nil`: nothing does.
    ///   - notice: says that no worker is there; `nil`: nothing does.
    package init(
        _ backend: any ResultBackend,
        limit: WaitLimit?,
        display: ProgressDisplay? = nil,
        notice: AbsenceNotice? = nil
    ) {
        self.backend = backend
        self.display = display
        self.limit = limit
        self.notice = notice
    }

    /// Waits for some of the tasks.
    ///
    /// - Throws: ``CommandError`` with status 124 when the time is over.
    package func wait(forAnyOf ids: [TaskID]) throws(CommandError) -> [StoredResult] {
        while true {
            display?.draw()
            let finished = try awaitFinal(ids)
            display?.end(finished.map(\.id))
            if !finished.isEmpty { return finished }
            if let limit, limit.isOver { throw limit.timedOut(ids) }
            notice?.lookIfDue()
        }
    }

    /// `nil`: nobody wants progress.
    private var onProgress: (([StoredResult]) -> Void)? {
        guard let display else { return nil }
        return { [notice] records in
            notice?.withdraw()
            display.report(records)
        }
    }

    private func awaitFinal(_ ids: [TaskID]) throws(CommandError) -> [StoredResult] {
        let deadline = [limit?.deadline, notice?.due].compactMap(\.self).min()
        do throws(BrokerError) {
            return try backend.awaitFinal(ids, until: deadline, onProgress: onProgress)
        } catch {
            if let limit, limit.isOver { throw limit.timedOut(ids) }
            throw CommandError(error)
        }
    }

    /// Waits for all tasks.
    ///
    /// - Parameters:
    ///   - ids: may name a task twice; its result is then given twice.
    ///   - each: gets the results in the order of the ids, as early as that allows.
    /// - Throws: ``CommandError`` with status 124 when the time is over, and what `each` throws.
    package func waitInOrder(
        _ ids: [TaskID],
        _ each: (StoredResult) throws(CommandError) -> Void
    ) throws(CommandError) {
        var results: [TaskID: StoredResult] = [:]
        var open = Set(ids)
        backend.expect(ids)
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
