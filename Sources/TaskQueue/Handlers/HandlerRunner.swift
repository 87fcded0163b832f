/// Runs tasks with asynchronous functions of this process: as many at once as there are slots.
///
/// Nothing can end a function from outside. It is cancelled at its soft time limit and when the worker
/// stops at once. At the hard limit, and after the grace, it is left behind: whatever it answers then is
/// ignored, and its slot is free.
package final class HandlerRunner: TaskRunner {
    /// Runs one task.
    package typealias Handler = @Sendable (HandlerRun) async -> HandlerAnswer
    /// Calls what it is given, once, from within the Swift task whose task-local values handlers are to see.
    package typealias Opener = @Sendable (@escaping @Sendable () -> Void) -> Void

    private let handlers: [TaskName: Handler]
    private let pool: HandlerPool
    private var started: [HandlerPool.Call] = []
    /// When running handlers are left behind; `nil`: they may take their time.
    private var leavesAt: Instant?

    package var slots = 1 {
        didSet { pool.setWidth(slots) }
    }

    /// - Parameters:
    ///   - handlers: by the names of their tasks.
    ///   - executor: where they run; `nil`: on threads for handlers alone.
    ///   - opener: begins what runs them; `nil`: without task-local values.
    ///   - starvation: how long no thread may begin a task, though there is room for it, before it is given back.
    /// - Throws: ``ResourceShortage``.
    package init(
        _ handlers: [TaskName: Handler],
        on executor: (any TaskExecutor)? = nil,
        opener: Opener? = nil,
        starvation: Duration = .seconds(5)
    ) throws(ResourceShortage) {
        self.handlers = handlers
        pool = try HandlerPool(executor ?? ThreadExecutor.handlers, opener, starvation)
    }

    package var descriptor: Int32 { pool.descriptor }

    package var nextDeadline: Instant? {
        [leavesAt, pool.nextDeadline].compactMap(\.self).min()
    }

    package var kind: String { "handler" }
    /// As of the last ``advance()``.
    package private(set) var isStarved = false

    package func canRun(_ task: TaskName) -> Bool { handlers[task] != nil }

    package func readiness(for task: TaskName, isDoubted: Bool) -> Readiness {
        canRun(task) ? .ready : .unknown(hint: nil)
    }

    /// Only behind others: a task that would run at once takes a slot.
    package func takesAhead(_ task: TaskName) -> Bool {
        handlers[task] != nil && (!started.isEmpty || pool.isBusy)
    }

    package func start(_ assignment: TaskAssignment) {
        guard let handler = handlers[assignment.task.task] else {
            preconditionFailure("there is no handler for the task \(assignment.task.task)")
        }
        started.append(HandlerPool.Call(assignment: assignment, handler: handler))
    }

    package func flush() {
        guard !started.isEmpty else { return }
        pool.add(started)
        started.removeAll(keepingCapacity: true)
    }

    package func advance() -> [RunEvent] {
        pool.lookAtClock()
        if let leavesAt, leavesAt <= .now {
            self.leavesAt = nil
            pool.leaveBehind()
        }
        let (events, isStarved) = pool.takeEvents()
        self.isStarved = isStarved
        let shortages = [ThreadExecutor.handlers, .shared].compactMap { $0.takeShortage() }
        return events + shortages.map { .shortage("\($0)") }
    }

    package func interrupt(grace: Duration) {
        flush()
        pool.interrupt()
        leavesAt = .now + grace
    }

    package func shutDown() {}
}
