/// Runs tasks: the seam between the worker and commands, stream commands or Swift handlers.
///
/// All calls but ``shutDown()`` return at once; what takes time happens behind ``descriptor``.
package protocol TaskRunner: AnyObject {
    /// Becomes readable when ``advance()`` has something to do.
    var descriptor: Int32 { get }

    /// When ``advance()`` is to be called even if nothing is readable; `nil`: never.
    var nextDeadline: ContinuousClock.Instant? { get }

    /// How many tasks run at once; the worker sets it, and sees to it that no more are started, but for
    /// those of ``takesAhead(_:)``.
    var slots: Int { get set }

    /// Whether what it was given is not begun, for want of threads: it is to be given nothing more.
    var isStarved: Bool { get }

    /// What runs tasks here, for people: `command`, `handler`.
    var kind: String { get }

    /// Whether it has anything to run for tasks of this name.
    func canRun(_ task: TaskName) -> Bool

    /// Whether tasks of this name can be run now.
    ///
    /// - Parameters:
    ///   - task: the name.
    ///   - isDoubted: whether one could not be run a while ago: then all is looked at that may be in the
    ///     way, and not only what costs nothing.
    /// - Returns: whether they can, and why not.
    func readiness(for task: TaskName, isDoubted: Bool) -> Readiness

    /// Whether tasks of this name may be started while all slots are taken: they wait in line behind
    /// those that run.
    func takesAhead(_ task: TaskName) -> Bool

    /// Begins to run a task that is ready to be run; at the latest with ``flush()``.
    func start(_ assignment: TaskAssignment)

    /// Sees to it that all that was started runs: what several tasks need is done once.
    func flush()

    /// Carries on with what runs.
    ///
    /// - Returns: what has happened since the last call.
    func advance() -> [RunEvent]

    /// Ends everything that runs: asks first, and kills after `grace`. The runs end as
    /// ``TaskOutcome/interrupted``.
    func interrupt(grace: Duration)

    /// Ends what is left when no task runs any more, and waits for it, some seconds at most.
    func shutDown()
}

extension TaskRunner {
    package var isStarved: Bool { false }
    package var kind: String { "command" }
}
