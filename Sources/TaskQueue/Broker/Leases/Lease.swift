/// How long a worker may be silent, and what follows.
package enum Lease {
    /// After this long without a sign a worker counts as dead.
    package static let length: Duration = .seconds(10)
    /// The time between two signs of life.
    package static let renewalInterval: Duration = .seconds(4)
    /// A task with this many losses is set aside, because it kills workers; see ``mostLosses(besides:)``.
    package static let mostLosses = 3
    /// How long to remember the deaths of workers that died without a task under suspicion.
    package static let deathMemory: Duration = .seconds(600)
    /// How long a task under suspicion runs before its worker takes others; see ``Solitude``.
    package static let probation: Duration = .seconds(2)
    /// How long a worker keeps others from making themselves quiet for a task under suspicion.
    package static let clearance: Duration = .seconds(3)

    /// How many losses set a task aside, after this many other recent deaths.
    ///
    /// Where workers die of something else, such as a machine that is out of memory or a person who kills them,
    /// the next death says less about the task that was held.
    package static func mostLosses(besides deaths: Int) -> Int {
        min(mostLosses + deaths / 4, 10)
    }

    /// The failure of a task that was set aside for its losses: the last of them is always its own.
    package static func failure(losses: Int) -> TaskFailure {
        TaskFailure(
            type: "WorkerLostError",
            message: "\(losses) workers died while they held this task, the last with no other",
            module: "billiard.exceptions"
        )
    }
}
