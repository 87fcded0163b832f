/// How long a worker may be silent, and what follows.
package enum Lease {
    /// After this long without a sign a worker counts as dead.
    package static let length: Duration = .seconds(10)
    /// Between two signs of life.
    package static let renewalInterval: Duration = .seconds(4)
    /// A message that so many workers held as they died is set aside: it may be what kills them.
    package static let mostLosses = 3

    /// The failure of a task that was set aside for that.
    package static func failure(losses: Int) -> TaskFailure {
        TaskFailure(
            type: "WorkerLostError",
            message: "\(losses) workers died while they ran this task",
            module: "billiard.exceptions"
        )
    }
}
