internal import Synchronization

extension HandlerPool {
    /// One task, and the handler that runs it.
    struct Call: Sendable {
        let assignment: TaskAssignment
        let handler: HandlerRunner.Handler
    }

    /// What is known of a running call.
    struct Running {
        let slot: Slot
        var clock: HandlerClock?
        var cancellation: HandlerCancellation?
        /// How many other tasks it waits for.
        var awaited = 0
    }

    /// The state that the lock guards.
    struct State {
        var waiting: [Call] = []
        /// How many of the calls in `waiting` have been begun.
        var begun = 0
        var running: [RunID: Running] = [:]
        var events: [RunEvent] = []
        var width = 1
        /// Slots that run, or are about to.
        var slots = 0
        /// Of these, slots that were opened and have not come yet.
        var expected = 0
        /// When a call last began, or the first of the waiting ones came, or a slot was opened while none
        /// was expected.
        var lastSign = Instant.now
        /// Calls that wait for other tasks.
        var dependents = 0
        /// Whether all slots were held by these, at any time since there were none.
        var isHeld = false
        /// Whether no slots come: the waiting calls were given back.
        var isStarved = false
        /// How long calls take, recently; `nil`: none has ended yet.
        var average: Duration?
        /// Since when calls have waited without a break.
        var busySince = Instant.now
        var deadlines = DeadlineQueue<RunID>()
        /// Whether the runner was woken since the runner came round.
        var isSignalled = false
        /// Whether it is to be woken when the lock is free.
        var wakes = false
        /// Slots that are to be opened when the lock is free.
        var opening: [Slot] = []

        /// Takes the first waiting call.
        mutating func takeFirst() -> Call {
            let call = waiting[begun]
            begun += 1
            // Not one by one: each time, all waiting calls are moved.
            if left == 0 || begun > 64 && begun > left {
                waiting.removeFirst(begun)
                begun = 0
            }
            return call
        }

        /// How many calls wait.
        var left: Int { waiting.count - begun }
        /// When waiting calls are given back, if none begins before; `nil`: none waits.
        func stallsAt(_ patience: Duration) -> Instant? {
            left > 0 ? lastSign + patience : nil
        }
        /// Whether calls wait although there is room.
        var isStalled: Bool { left > 0 && slots < width }
    }

    /// A Swift task that makes calls.
    ///
    /// Unchecked, since what is not behind its own lock is touched with the pool's lock held, which the compiler
    /// cannot see.
    final class Slot: @unchecked Sendable {
        private let task = Mutex<(task: Task<Void, Never>?, isCancelled: Bool)>((nil, false))
        var beganAt = Instant.now
        /// It is to be cancelled, or has been; it makes no further call, because that would be cancelled too.
        var isCancelled = false
        /// Its call was given up: it no longer counts.
        var isLeft = false

        /// From another thread: a handler's own reaction to its cancellation may block.
        func cancel() {
            Task(executorPreference: ThreadExecutor.shared) { [self] in
                let task = task.withLock { state in
                    state.isCancelled = true
                    return state.task
                }
                task?.cancel()
            }
        }

        /// It may run, and end, before this is called.
        func begun(as begun: Task<Void, Never>) {
            let isCancelled = task.withLock { state in
                state.task = begun
                return state.isCancelled
            }
            if isCancelled { begun.cancel() }
        }
    }
}
