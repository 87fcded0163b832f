/// Shows the dead letters, and sends them again or forgets them.
///
/// Each call moves or removes tasks in atomic steps, as those of ``Broker`` do: workers may go on meanwhile.
package protocol DeadLetterStore: AnyObject {
    /// How many dead letters a queue has.
    func count(deadOf queue: QueueName) throws(BrokerError) -> Int

    /// Dead letters of a queue, the oldest first.
    ///
    /// - Parameters:
    ///   - queue: whose.
    ///   - skipped: how many of the oldest to leave out.
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
    /// - Parameters:
    ///   - name: as people write it.
    ///   - queues: where to look, for a broker that cannot list its queues (``QueueInspection``).
    /// - Returns: the oldest first; nearly always one or none.
    /// - Throws: ``BrokerError``.
    func deadLetters(
        named name: String,
        among queues: [QueueName]
    ) throws(BrokerError) -> [StoredLetter]

    /// Sends the message of a dead letter again, as it was except that the counts of its lost workers and of its
    /// retries are 0, and forgets the letter and the failure that was stored for it, in one step.
    ///
    /// - Parameter letter: with its message.
    /// - Returns: whether the letter was still there.
    /// - Throws: ``BrokerError``; if the answer was lost, it may have been sent all the same, once.
    func retry(_ letter: StoredLetter) throws(BrokerError) -> Bool

    /// Forgets a dead letter.
    ///
    /// - Returns: whether it was still there.
    func drop(_ letter: StoredLetter) throws(BrokerError) -> Bool
}

extension DeadLetterStore where Self: QueueInspection {
    package func count(deadOf queue: QueueName) throws(BrokerError) -> Int {
        try summaries(of: [queue]).first?.dead ?? 0
    }
}
