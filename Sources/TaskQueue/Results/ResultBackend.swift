/// Keeps the results of tasks: the seam between tq and the places that can hold results.
///
/// Calls block for as long as one round trip takes; a connection belongs to one thread.
package protocol ResultBackend: AnyObject {
    /// Stores records and tells those waiting for them. A success is never overwritten.
    func store(_ results: [StoredResult]) throws(BrokerError)

    /// Looks up tasks, in the order of the ids.
    func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus]

    /// Waits until at least one of the tasks is in a final state.
    ///
    /// Meant to be called again with the remaining ids, and more: what it takes to hear of an id is
    /// set up once, and given up when a call leaves the id out.
    ///
    /// Progress should be asked for in each of these calls or in none. A record is reported if it is there when
    /// its id is first asked for, and whenever it has changed since; of changes in quick succession
    /// the last is enough. Nothing is reported of a task that is known to have ended.
    ///
    /// - Parameters:
    ///   - ids: the open ones; if empty, what was set up for others is given up.
    ///   - deadline: how long to wait; `nil`: as long as it takes.
    ///   - descriptor: the wait is over when it becomes readable, after a look at the records of ids that
    ///     are new; it is not read from. `nil`: nothing wakes.
    ///   - onProgress: gets records in states that are not final, as they come; at least one, each of
    ///     another task. `nil`: nobody wants them.
    /// - Returns: the tasks that have ended, in no order, including those without a record, now or later
    ///   (``TaskState/gone``); empty if the deadline has passed, or the wait was
    ///   ended by the descriptor.
    /// - Throws: ``BrokerError`` if the backend is lost; the caller may ask again.
    func awaitFinal(
        _ ids: [TaskID],
        until deadline: Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult]

    /// Says that tq sent these tasks: if nothing is known of one, it has ended, and those waiting for it
    /// get ``StoredResult/gone(_:)``.
    ///
    /// For a task that was found pending before, this holds anyway.
    func expect(_ ids: [TaskID])

    /// Deletes records, and what is remembered of the ids' being sent.
    func forget(_ ids: [TaskID]) throws(BrokerError)

    /// Deletes what is known of ids that are about to be sent again, through a broker elsewhere: as if nobody
    /// had ever sent them.
    func renew(_ ids: [TaskID]) throws(BrokerError)

    /// Counts chords; `nil`: it cannot.
    var workflowStore: (any WorkflowStore)? { get }
}

extension ResultBackend {
    package var workflowStore: (any WorkflowStore)? { nil }
}

extension ResultBackend where Self: WorkflowStore {
    package var workflowStore: (any WorkflowStore)? { self }
}

extension ResultBackend {
    /// Waits as ``awaitFinal(_:until:wokenBy:onProgress:)`` does; nothing wakes it, and without
    /// `onProgress` no progress is reported.
    package func awaitFinal(
        _ ids: [TaskID],
        until deadline: Instant?,
        onProgress: (([StoredResult]) -> Void)? = nil
    ) throws(BrokerError) -> [StoredResult] {
        try awaitFinal(ids, until: deadline, wokenBy: nil, onProgress: onProgress)
    }
}
