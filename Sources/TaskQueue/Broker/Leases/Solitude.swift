/// How far a worker that asks for tasks is by itself: what decides whether it may take one that is under
/// suspicion of killing workers.
///
/// Such a task is taken as the only one of a call. One with a single loss needs a ``quiet`` worker, and the
/// worker takes nothing else until it is done or has run for ``Lease/probation``: so tasks that take long do
/// not have to wait for each other. One with more losses needs a worker that is ``alone``, and the worker
/// takes nothing else until it is done.
package enum Solitude: Int, Comparable, Sendable {
    /// The worker holds a task that it has begun a moment ago, or not yet.
    case none
    /// All that it holds has run for ``Lease/probation`` at least.
    case quiet
    /// It holds nothing.
    case alone

    package static func < (one: Solitude, other: Solitude) -> Bool {
        one.rawValue < other.rawValue
    }

    /// What a task with so many losses, one at least, needs.
    package init(forLosses losses: Int) {
        self = losses > 1 ? .alone : .quiet
    }
}

/// Whether tasks under suspicion were left where they are, because the worker that asked was not by itself.
package enum SuspectsLeft: Int, Sendable {
    case none
    /// Another worker makes itself quiet for them.
    case toOthers
    /// The worker that asked is to make itself quiet for the next of them: it was given nothing else.
    case toThis
}
