/// Sends tasks of which there must be only one at a time.
package protocol UniqueSending: AnyObject {
    /// Sends each message unless an unfinished task holds its key (``OutgoingMessage/unique``); the key is
    /// taken in the same step, or before where another place keeps it (``BrokerWithMemory``).
    ///
    /// The task holds it while it waits, is delayed, runs, is tried again, or is given back by a worker
    /// that died. It is free when the task has ended, is set aside or purged, or its time is over; and when
    /// the task waits, and is not to be run any more: it has expired, or was revoked.
    ///
    /// - Parameters:
    ///   - messages: each with a key. What ``RepeatableSending`` says of them holds here too.
    ///   - isRepeated: whether the same call was made before, and failed.
    /// - Returns: for each message the id of the task that holds its key; `nil`: it was sent.
    /// - Throws: ``BrokerError``; the call may be made again.
    func sendUnlessHeld(
        _ messages: [OutgoingMessage],
        isRepeated: Bool
    ) throws(BrokerError) -> [TaskID?]
}
