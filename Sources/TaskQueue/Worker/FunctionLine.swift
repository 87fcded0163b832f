internal import Glibc

/// Calls that wait for a thread, and what came out of those that have ended: what a ``FunctionRunner``
/// shares with its threads.
// Everything that changes is touched with the mutex held; a Mutex has no condition to wait for.
final class FunctionLine: @unchecked Sendable {
    /// A thread is woken for what takes longer; what does not is done before it is there.
    private static let wakeUp: Duration = .microseconds(50)
    /// After which a thread is woken all the same.
    private static let patience: Duration = .milliseconds(1)

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    /// Signalled when a call may be begun, or the line is closed.
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let bell = Bell()

    private var waiting: [Call] = []
    /// Of the calls in `waiting`, so many have been begun.
    private var begun = 0
    private var running: Set<RunID> = []
    private var events: [RunEvent] = []
    private var width = 1
    private var idleThreads = 0
    /// How long functions take, as of late; `nil`: none has ended yet.
    private var average: Duration?
    /// Since when calls have waited without a break.
    private var busySince = ContinuousClock.now
    /// So many functions run whose tasks have been given up.
    private var left = 0
    private var isClosed = false

    /// One task, and what runs it.
    struct Call {
        let run: RunID
        let task: TaskMessage
        let function: FunctionRunner.Function

        func callAsFunction() -> (TaskOutcome, Duration) {
            let start = ContinuousClock.now
            let outcome = function(task)
            return (outcome, .now - start)
        }
    }

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(change, nil)
    }

    deinit {
        pthread_cond_destroy(change)
        pthread_mutex_destroy(mutex)
        change.deallocate()
        mutex.deallocate()
    }

    private func withLock<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}

// MARK: - The runner's side

extension FunctionLine {
    /// Becomes readable when there are events.
    var descriptor: Int32 { bell.descriptor }

    /// Puts calls at the end of the line.
    ///
    /// - Returns: how many calls wait and run now.
    func add(_ calls: [Call]) -> Int {
        withLock {
            if begun == waiting.count { busySince = .now }
            waiting += calls
            let isQuick = average.map { $0 < Self.wakeUp } ?? false
            wake(isQuick ? (running.isEmpty ? 1 : 0) : calls.count)
            return waiting.count - begun + running.count
        }
    }

    /// So many calls run at once from now on.
    ///
    /// - Returns: how many calls wait and run now.
    func setWidth(_ width: Int) -> Int {
        withLock {
            wake(width - self.width)
            self.width = width
            return waiting.count - begun + running.count
        }
    }

    /// When to call ``hurry()``: calls wait although a thread is idle, which was left so; `nil`: never.
    var nextHurry: ContinuousClock.Instant? {
        withLock { isStalled ? busySince + Self.patience : nil }
    }

    /// Wakes threads for what waits still.
    func hurry() {
        withLock {
            guard isStalled, busySince + Self.patience <= .now else { return }
            wake(waiting.count - begun)
            // It takes a woken thread a moment to come.
            busySince = .now
        }
    }

    private var isStalled: Bool {
        idleThreads > 0 && begun < waiting.count && running.count < width
    }

    /// What has happened since the last call.
    func takeEvents() -> [RunEvent] {
        withLock {
            guard !events.isEmpty else { return [] }
            bell.silence()
            defer { events = [] }
            return events
        }
    }

    /// Begins no more: what waits ends as interrupted.
    func interruptWaiting() {
        withLock {
            for call in waiting[begun...] { append(.ended(call.run, .interrupted, after: .zero)) }
            waiting = []
            begun = 0
        }
    }

    /// Gives up what runs: what it answers will be of no interest.
    func leaveBehind() -> [RunEvent] {
        withLock {
            defer {
                left += running.count
                running = []
            }
            return running.map { .ended($0, .interrupted, after: .zero) }
        }
    }

    /// Ends the threads.
    ///
    /// - Returns: whether some run on, in functions that were left behind.
    func close() -> Bool {
        withLock {
            isClosed = true
            pthread_cond_broadcast(change)
            return left > 0
        }
    }

    private func wake(_ count: Int) {
        for _ in 0..<max(min(count, idleThreads), 0) { pthread_cond_signal(change) }
    }
}

// MARK: - The threads' side

extension FunctionLine {
    /// Makes one call after the other until the line is closed.
    func work() {
        var next = begin()
        while let call = next {
            let (outcome, duration) = call()
            next = withLock {
                end(call.run, outcome, duration)
                return nextCall()
            }
        }
    }

    private func begin() -> Call? { withLock(nextCall) }

    private func end(_ run: RunID, _ outcome: TaskOutcome, _ duration: Duration) {
        average = average.map { $0 + (duration - $0) / 16 } ?? duration
        guard running.remove(run) != nil else {
            left -= 1
            return
        }
        append(.ended(run, outcome, after: duration))
    }

    private func append(_ event: RunEvent) {
        events.append(event)
        if events.count == 1 { bell.ring() }
    }

    /// Waits for a call that may be begun; `nil`: the line is closed.
    private func nextCall() -> Call? {
        while !isClosed {
            if begun < waiting.count, running.count < width {
                let call = waiting[begun]
                begun += 1
                if begun == waiting.count {
                    waiting.removeAll(keepingCapacity: true)
                    begun = 0
                }
                running.insert(call.run)
                return call
            }
            idleThreads += 1
            pthread_cond_wait(change, mutex)
            idleThreads -= 1
        }
        return nil
    }
}
