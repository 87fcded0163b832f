/// A task that has run to its end, or is to be tried again.
///
/// A class, though it never changes: it is handed on from step to step.
package final class FinishedTask: Sendable {
    package let delivery: Delivery
    /// What came out; `nil`: nothing is to be stored.
    package let result: StoredResult?
    /// Its id, if it ends without a result that somebody may ask for; those who wait learn that none will come.
    package let forgotten: TaskID?
    /// Sent in the same step: the same task once more, or one in its place.
    package let next: [OutgoingMessage]

    /// What follows from it in its workflow, in the same step; `nil`: it is in none.
    package let sequel: Sequel?

    /// About how many bytes are written for it; 0 if only the message is forgotten.
    package var size: Int {
        next.reduce((result?.size ?? 0) + (sequel?.size ?? 0)) { $0 + $1.size }
    }

    package init(
        _ delivery: Delivery,
        result: StoredResult?,
        forgotten: TaskID? = nil,
        next: [OutgoingMessage] = [],
        sequel: Sequel? = nil
    ) {
        self.delivery = delivery
        self.result = result
        self.forgotten = forgotten
        self.next = next
        self.sequel = sequel
    }
}
