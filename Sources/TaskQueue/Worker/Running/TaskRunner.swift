/// Runs tasks: the seam between the worker and commands, stream commands or Swift handlers.
///
/// All calls except ``shutDown()`` return at once; whatever takes time happens behind ``descriptor``.
package protocol TaskRunner: AnyObject {
    /// Becomes readable when ``advance()`` has something to do.
    var descriptor: Int32 { get }

    /// When ``advance()`` is to be called even if nothing is readable; `nil`: never.
    var nextDeadline: Instant? { get }

    /// How many tasks run at once; the worker sets it, and starts no more than that, except for
    /// those of ``takesAhead(_:)``.
    var slots: Int { get set }

    /// Whether it has not begun what it was given, for lack of threads: then it must be given nothing more.
    var isStarved: Bool { get }

    /// Says, for people, how tasks run here: `command`, `handler`.
    var kind: String { get }

    /// Whether it has anything to run for tasks of this name.
    func canRun(_ task: TaskName) -> Bool

    /// Whether tasks of this name can be run now.
    ///
    /// - Parameters:
    ///   - task: the name.
    ///   - isDoubted: whether one could not be run a while ago: then everything is checked that may be in the
    ///     way, and not only what costs nothing.
    /// - Returns: whether they can, and why not.
    func readiness(for task: TaskName, isDoubted: Bool) -> Readiness

    /// Whether tasks of this name may be started while all slots are taken: they wait in line behind
    /// those that run.
    func takesAhead(_ task: TaskName) -> Bool

    /// Begins to run a task that is ready to be run; at the latest with ``flush()``.
    func start(_ assignment: TaskAssignment)

    /// Makes sure that all that was started runs: what several tasks need is done once.
    func flush()

    /// Carries on with the running tasks.
    ///
    /// - Returns: what has happened since the last call.
    func advance() -> [RunEvent]

    /// Ends all runs: asks first, and kills after `grace`. They end as
    /// ``TaskOutcome/interrupted``.
    func interrupt(grace: Duration)

    /// Ends what is left when no task runs any more, and waits for that, some seconds at most.
    func shutDown()
}

extension TaskRunner {
    package var isStarved: Bool { false }
    package var kind: String { "command" }
}
