internal import Glibc

/// Runs tasks by functions of this process, on threads of its own: as many as there are slots.
///
/// Nothing can end a function from outside: limits of time are not for them, and one that runs when the
/// worker stops at once is left behind.
package final class FunctionRunner: TaskRunner {
    /// Runs one task, on any thread, and may block there.
    package typealias Function = @Sendable (TaskMessage) -> TaskOutcome

    private let functions: [TaskName: Function]
    private let line = FunctionLine()
    private var started: [FunctionLine.Call] = []
    private var threads: [pthread_t] = []
    /// When what runs is left behind; `nil`: it may take its time.
    private var leavesAt: ContinuousClock.Instant?

    package var slots = 1 {
        didSet { startThreads(for: line.setWidth(slots)) }
    }

    package init(_ functions: [TaskName: Function]) {
        self.functions = functions
    }

    package var descriptor: Int32 { line.descriptor }

    package var nextDeadline: ContinuousClock.Instant? {
        [leavesAt, line.nextHurry].compactMap(\.self).min()
    }

    package func canRun(_ task: TaskName) -> Bool { functions[task] != nil }
    package func takesAhead(_ task: TaskName) -> Bool { true }

    package func start(_ assignment: TaskAssignment) {
        guard let function = functions[assignment.task.task] else {
            preconditionFailure("there is no function for the task \(assignment.task.task)")
        }
        started.append(
            FunctionLine.Call(run: assignment.run, task: assignment.task, function: function)
        )
    }

    package func flush() {
        guard !started.isEmpty else { return }
        let load = line.add(started)
        started.removeAll(keepingCapacity: true)
        startThreads(for: load)
    }

    private func startThreads(for load: Int) {
        while threads.count < min(slots, load) {
            threads.append(Thread.start { [line] in line.work() })
        }
    }

    package func advance() -> [RunEvent] {
        line.hurry()
        guard let leavesAt, leavesAt <= .now else { return line.takeEvents() }
        self.leavesAt = nil
        return line.takeEvents() + line.leaveBehind()
    }

    package func interrupt(grace: Duration) {
        flush()
        line.interruptWaiting()
        leavesAt = .now + grace
    }

    package func shutDown() {
        let isLeft = line.close()
        for thread in threads {
            if isLeft { pthread_detach(thread) } else { pthread_join(thread, nil) }
        }
        threads = []
    }
}
