/// One run of a task, as its handler sees it.
package struct HandlerRun: Sendable {
    package let assignment: TaskAssignment
    /// When it was begun.
    package let startedAt: ContinuousClock.Instant
    let line: HandlerLine

    /// Tells how far it is; what is told after its end is dropped.
    package func report(progress: JSONText) {
        line.report(progress, of: assignment.run)
    }
}
