/// One run of a task, as its handler sees it.
package struct HandlerRun: Sendable {
    package let assignment: TaskAssignment
    /// When it was begun.
    package let startedAt: Instant
    let pool: HandlerPool

    /// Notes that it waits for another task, until ``endWaiting()``: if all do, nothing can run that they wait for.
    package func beginWaiting() { pool.wait(for: 1, assignment.run) }

    /// Notes that it waits for one task less.
    package func endWaiting() { pool.wait(for: -1, assignment.run) }

    /// Reports how far it is; a report after its end is dropped.
    package func report(progress: JSONText) {
        pool.report(progress, of: assignment.run)
    }
}
