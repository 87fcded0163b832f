/// Keeps what came out of tasks: the seam between tq and the places that can hold results.
///
/// Calls block for as long as one round trip takes; a connection belongs to one thread.
package protocol ResultBackend: AnyObject {
    /// Stores records and tells who waits for them. A success is never overwritten.
    func store(_ results: [StoredResult]) throws(BrokerError)

    /// Looks up tasks, in the order of the ids.
    func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus]

    /// Waits until one of the tasks at least is in a final state.
    ///
    /// Meant to be called again with the ids that are left, and more: what it takes to hear of an id is
    /// set up once, and given up when a call leaves the id out.
    ///
    /// Who is told of progress should be so in each of these calls. A record is told if it is there when
    /// its id is asked for first, and whenever it has changed since; of changes that follow fast on each
    /// other, the last is enough. Of a task that is known to have ended nothing is told.
    ///
    /// - Parameters:
    ///   - ids: those still open; none: what was set up for others is given up.
    ///   - deadline: how long to wait; `nil`: as long as it takes.
    ///   - descriptor: the wait is over when it becomes readable, after a look at the records of ids that
    ///     are new; it is not read from. `nil`: nothing wakes.
    ///   - onProgress: is given records in states that are not final, as they come; at least one, each of
    ///     another task. `nil`: nobody is told.
    /// - Returns: the tasks that have ended, in no order, also those of which no record was or will be stored
    ///   (``TaskState/gone``); empty if the deadline has passed, or the wait was
    ///   ended by the descriptor.
    /// - Throws: ``BrokerError`` if the backend is lost; the caller may ask again.
    func awaitFinal(
        _ ids: [TaskID],
        until deadline: ContinuousClock.Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult]

    /// Says that tasks were sent by tq: one of which nothing is known has ended then, and who waits for it is
    /// given ``StoredResult/gone(_:)``.
    ///
    /// Of a task that was found pending before this holds anyway.
    func expect(_ ids: [TaskID])

    /// Deletes records, and what is remembered of the ids' being sent.
    func forget(_ ids: [TaskID]) throws(BrokerError)

    /// Deletes what is known of ids that are about to be sent again, through a broker elsewhere: as if nobody
    /// had ever sent them.
    func renew(_ ids: [TaskID]) throws(BrokerError)
}

extension ResultBackend {
    /// Waits as ``awaitFinal(_:until:wokenBy:onProgress:)`` does; nothing wakes it, and without
    /// `onProgress` nobody is told of progress.
    package func awaitFinal(
        _ ids: [TaskID],
        until deadline: ContinuousClock.Instant?,
        onProgress: (([StoredResult]) -> Void)? = nil
    ) throws(BrokerError) -> [StoredResult] {
        try awaitFinal(ids, until: deadline, wokenBy: nil, onProgress: onProgress)
    }
}
