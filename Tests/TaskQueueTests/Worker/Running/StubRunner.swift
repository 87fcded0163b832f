import Synchronization

@testable import TaskQueue

/// Runs tasks by what a test says comes out of them, on no thread.
final class StubRunner: TaskRunner, Sendable {
    private struct State {
        var slots = 1
        var running: [TaskAssignment] = []
        var events: [RunEvent] = []
        /// What comes out of a task; `nil`: it runs until it is told to end.
        var outcome: TaskOutcome? = .success(.null)
    }

    private let wake: WakeEvent
    private let state = Mutex(State())

    init() throws { wake = try WakeEvent() }

    var descriptor: Int32 { wake.descriptor }
    var nextDeadline: Instant? { nil }

    var slots: Int {
        get { state.withLock(\.slots) }
        set { state.withLock { $0.slots = newValue } }
    }

    /// The ids of what runs.
    var running: [TaskID] { state.withLock { $0.running.map(\.task.id) } }

    /// From now on tasks end with this as soon as they begin; `nil`: not before ``endAll(_:)``.
    func answer(_ outcome: TaskOutcome?) { state.withLock { $0.outcome = outcome } }

    /// Ends what runs.
    func endAll(_ outcome: TaskOutcome = .success(.null)) {
        state.withLock { state in
            state.events += state.running.map {
                .ended($0.run, outcome, after: .milliseconds(1))
            }
            state.running = []
        }
        wake.signal()
    }

    func canRun(_ task: TaskName) -> Bool { true }
    func readiness(for task: TaskName, isDoubted: Bool) -> Readiness { .ready }
    func takesAhead(_ task: TaskName) -> Bool { false }

    func start(_ assignment: TaskAssignment) {
        state.withLock { state in
            if let outcome = state.outcome {
                state.events.append(.ended(assignment.run, outcome, after: .milliseconds(1)))
            } else {
                state.running.append(assignment)
            }
        }
        wake.signal()
    }

    func flush() {}

    func advance() -> [RunEvent] {
        wake.reset()
        return state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    func interrupt(grace: Duration) { endAll(.interrupted) }
    func shutDown() {}
}
