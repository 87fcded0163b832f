/// Runs tasks: the seam between the worker and commands, stream commands or Swift handlers.
///
/// All calls return at once; what takes time happens behind ``descriptor``.
package protocol TaskRunner: AnyObject {
    /// Becomes readable when ``advance()`` has something to do.
    var descriptor: Int32 { get }

    /// When ``advance()`` is to be called even if nothing is readable; `nil`: never.
    var nextDeadline: ContinuousClock.Instant? { get }

    /// Whether there is anything to run for tasks of this name.
    func canRun(_ task: TaskName) -> Bool

    /// Begins to run a task.
    ///
    /// - Parameters:
    ///   - task: one that ``canRun(_:)`` says yes to.
    ///   - queue: the queue it was taken from.
    ///   - run: names the run in ``advance()``; never used twice.
    func start(_ task: TaskMessage, queue: QueueName, as run: RunID)

    /// Carries on with what runs.
    ///
    /// - Returns: the runs that have ended since the last call.
    func advance() -> [(run: RunID, outcome: TaskOutcome)]

    /// Ends everything that runs: asks first, and kills after `grace`. The runs end as
    /// ``TaskOutcome/interrupted``.
    func interrupt(grace: Duration)
}
