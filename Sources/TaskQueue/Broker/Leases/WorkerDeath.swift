/// A worker that died, and what that tells of the tasks that it held.
package struct WorkerDeath: Sendable {
    /// How many losses each had, in the order in which the worker took them.
    private let losses: [Int]

    /// - Parameter losses: how many losses each task had that it held, in the order in which it took them.
    package init(holding losses: [Int]) {
        self.losses = losses
    }

    private var lastWasSuspect: Bool { losses.last.map { $0 > 0 } ?? false }

    /// Whether it counts among the deaths that no task under suspicion explains.
    package var isUnexplained: Bool { !lastWasSuspect }

    /// What becomes of a task that the worker held.
    ///
    /// - Parameters:
    ///   - index: its place in the order.
    ///   - deaths: how many workers died of late unexplained, this one too if it did.
    /// - Returns: how many losses it has now, and whether it is set aside for them.
    package func verdict(at index: Int, besides deaths: Int) -> (losses: Int, isPoison: Bool) {
        let charge = Charge(
            amongst: losses.count,
            isLast: index == losses.count - 1,
            lastWasSuspect: lastWasSuspect
        )
        let losses = charge.losses(after: losses[index])
        return (losses, charge.isPoison(losses, besides: deaths))
    }
}
