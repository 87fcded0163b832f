import TestSupport

@testable import TaskQueue

extension WorkerState {
    /// Ends a run by a chance that is the same in every test.
    mutating func end(
        _ run: RunID,
        _ outcome: TaskOutcome,
        after duration: Duration,
        now: Moment
    ) -> (Settlement, TaskFate) {
        var chance = SeededRandom(seed: 1)
        return end(run, outcome, after: duration, now: now, using: &chance)
    }
}
