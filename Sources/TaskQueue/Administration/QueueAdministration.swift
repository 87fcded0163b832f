/// What operators ask of a broker, and do to it: not every broker can.
///
/// Each call moves or removes tasks in atomic steps, as those of ``Broker`` do: workers may go on meanwhile.
package protocol QueueAdministration: AnyObject {
    // MARK: Looking

    /// The queues that exist, by name: something waits in them, is delayed, held or dead, a worker serves
    /// them, Celery has declared them, or they are paused.
    func queueNames() throws(BrokerError) -> [QueueName]

    /// How queues stand, in the order of the names; one that does not exist is empty.
    func summaries(of queues: [QueueName]) throws(BrokerError) -> [QueueSummary]

    /// The workers that have a lease, in the order of their ids.
    func workers() throws(BrokerError) -> [WorkerSummary]

    /// Whether somebody takes tasks from a queue, or from any (`nil`); true also where that cannot be seen, as of
    /// Celery's workers.
    func isServed(_ queue: QueueName?) throws(BrokerError) -> Bool

    /// The tasks in workers' hands, those taken first in front.
    func runningTasks() throws(BrokerError) -> [RunningTask]

    // MARK: Dead letters

    /// Dead letters of a queue, the oldest first.
    ///
    /// - Parameters:
    ///   - queue: whose.
    ///   - skipped: so many of the oldest are left out.
    ///   - limit: at least 1.
    ///   - includingMessages: whether they come with their messages, which may be large.
    /// - Returns: empty when there are no more.
    /// - Throws: ``BrokerError``.
    func deadLetters(
        of queue: QueueName,
        skipping skipped: Int,
        upTo limit: Int,
        includingMessages: Bool
    ) throws(BrokerError) -> [StoredLetter]

    /// The dead letters of a name, with their messages: see ``StoredLetter/name``.
    ///
    /// - Returns: the oldest first; nearly always one or none.
    func deadLetters(named name: String) throws(BrokerError) -> [StoredLetter]

    /// Sends the message of a dead letter again, as it was but for the counts of its lost workers and of its
    /// retries, which are 0, and forgets the letter and the failure that was stored for it, in one step.
    ///
    /// - Parameter letter: with its message.
    /// - Returns: whether the letter was still there.
    /// - Throws: ``BrokerError``; if the answer was lost, it may have been sent all the same, once.
    func retry(_ letter: StoredLetter) throws(BrokerError) -> Bool

    /// Forgets a dead letter.
    ///
    /// - Returns: whether it was still there.
    func drop(_ letter: StoredLetter) throws(BrokerError) -> Bool

    // MARK: Queues

    /// Removes what waits in a queue; who waits for its results is told that it was revoked.
    ///
    /// - Parameters:
    ///   - queue: whose tasks.
    ///   - includingDelayed: whether its delayed tasks go too.
    /// - Returns: how many were removed.
    /// - Throws: ``BrokerError``; some may be gone by then.
    func purge(_ queue: QueueName, includingDelayed: Bool) throws(BrokerError) -> Int

    /// Moves what waits in a queue to another, in its order and with its priorities, a batch a step.
    ///
    /// - Parameters:
    ///   - source: the queue that it waits in.
    ///   - target: another queue.
    ///   - includingDelayed: whether its delayed tasks go too.
    /// - Returns: how many were moved.
    /// - Throws: ``BrokerError``; some may be moved by then.
    func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int

    /// Lets workers take nothing more from a queue, or go on with it.
    ///
    /// - Returns: whether that changed anything.
    func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool

    // MARK: Tasks

    /// Remembers that tasks are not to be run: they are delivered as revoked (``Delivery/isRevoked``).
    ///
    /// Celery's workers, where there are any, are told.
    ///
    /// - Parameters:
    ///   - ids: of tasks that may wait, be delayed, or not have come yet.
    ///   - lifetime: how long it is remembered of those that do not come.
    /// - Throws: ``BrokerError``.
    func revoke(_ ids: [TaskID], for lifetime: Duration) throws(BrokerError)

    /// Removes tasks that are delayed, and perhaps those that wait, and forgets that they were revoked; it
    /// stores nothing for them.
    ///
    /// - Parameter ids: of tasks that were revoked; those in workers' hands stay there.
    /// - Throws: ``BrokerError``.
    func takeOut(_ ids: [TaskID]) throws(BrokerError)

    /// Looks everywhere for tasks, which may take long where there are many.
    ///
    /// - Returns: those of the ids that wait, are delayed, or are in a worker's hands.
    func find(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID>
}

extension QueueAdministration {
    /// Whether a worker of tq does.
    package func isServed(_ queue: QueueName?) throws(BrokerError) -> Bool {
        let now = Timestamp.now()
        return try workers().contains { worker in
            guard worker.leaseEndsAt > now else { return false }
            return queue.map { worker.queues.isEmpty || worker.queues.contains($0) } ?? true
        }
    }
}
