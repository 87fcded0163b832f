/// A message that cannot be run.
package struct DeadLetter: Sendable {
    /// The least number that a broker keeps, of a queue or of all; the oldest go.
    package static let largestCount = 100_000
    /// How long it keeps them.
    package static let longestAge: Duration = .seconds(30 * 86_400)

    package let delivery: Delivery
    /// A sentence for the operator.
    package let reason: String
    /// The id and the task, as far as they can be read.
    package let id: TaskID?
    package let task: TaskName?
    /// The failure to store for those who wait; `nil`: the id is not known, or no result is wanted.
    package let result: StoredResult?
    /// Its id, if it ends without a result that somebody may ask for: see ``FinishedTask/forgotten``.
    package let forgotten: TaskID?
    /// What follows from it in its workflow; `nil`: it is in none.
    package let sequel: Sequel?

    package init(
        _ delivery: Delivery,
        reason: String,
        id: TaskID? = nil,
        task: TaskName? = nil,
        result: StoredResult? = nil,
        forgotten: TaskID? = nil,
        sequel: Sequel? = nil
    ) {
        self.delivery = delivery
        self.reason = reason
        self.id = id
        self.task = task
        self.result = result
        self.forgotten = forgotten
        self.sequel = sequel
    }
}
