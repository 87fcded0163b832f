/// What a task has to do with the death of the worker that held it.
///
/// A worker that dies may have held many tasks, of which one at most is the cause. Those with a loss are
/// under suspicion: each runs apart from others (``Solitude``), so that the next death tells more. Only one
/// that was held alone can get the last loss: whoever has done nothing is never set aside for a neighbour.
package enum Charge: Sendable {
    /// The worker held nothing else.
    case alone
    /// The worker took it last, as a suspect, and nothing after it.
    case likely
    /// The worker held a ``likely`` one beside it.
    case unlikely
    /// It is one of many, and nothing tells which of them it was.
    case open

    /// Whether a task with so many losses, this one too, is set aside.
    ///
    /// - Parameters:
    ///   - losses: of the task.
    ///   - deaths: how many workers died of late without a task under suspicion.
    /// - Returns: `false` unless the task was held alone.
    package func isPoison(_ losses: Int, besides deaths: Int) -> Bool {
        guard case .alone = self else { return false }
        return losses >= Lease.mostLosses(besides: deaths)
    }

    /// How many losses a task has after that one, if it had so many `before`.
    package func losses(after before: Int) -> Int {
        switch self {
        case .alone: before + 1
        case .likely, .open: max(before, min(before + 1, Lease.mostLosses - 1))
        case .unlikely: max(before, 1)
        }
    }

    /// The charge of one of a dead worker's tasks.
    ///
    /// - Parameters:
    ///   - count: how many tasks the worker held.
    ///   - isLast: whether the worker took this one last.
    ///   - lastWasSuspect: whether the one that the worker took last was under suspicion.
    package init(amongst count: Int, isLast: Bool, lastWasSuspect: Bool) {
        self =
            switch (count, lastWasSuspect) {
            case (...1, _): .alone
            case (_, false): .open
            case (_, true): isLast ? .likely : .unlikely
            }
    }
}
