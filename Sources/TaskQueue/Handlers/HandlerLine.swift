internal import Synchronization

/// Calls that wait for their turn, those that run, and what came out of those that have ended: what a
/// ``HandlerRunner`` shares with its lanes.
///
/// A lane is a Swift task that makes one call after the other as long as calls wait. One that was
/// cancelled ends after that call, for it would stay cancelled.
final class HandlerLine: Sendable {
    /// A lane is opened for what takes longer; what does not is done before it is there.
    private static let wakeUp: Duration = .microseconds(50)
    /// After which one is opened all the same.
    private static let patience: Duration = .milliseconds(1)

    /// One task, and what runs it.
    struct Call: Sendable {
        let assignment: TaskAssignment
        let handler: HandlerRunner.Handler
    }

    /// What is known of a call that runs.
    private struct Running {
        let lane: Lane
        var clock: HandlerClock?
        var cancellation: HandlerCancellation?
    }

    private struct State {
        var waiting: [Call] = []
        /// Of the calls in `waiting`, so many have been begun.
        var begun = 0
        var running: [RunID: Running] = [:]
        var events: [RunEvent] = []
        var width = 1
        /// Lanes that run, or are about to.
        var lanes = 0
        /// How long calls take, as of late; `nil`: none has ended yet.
        var average: Duration?
        /// Since when calls have waited without a break.
        var busySince = ContinuousClock.now
        var deadlines = DeadlineQueue<RunID>()
        /// Whether the bell has been rung since the runner came round.
        var isRung = false

        /// Takes the first of the calls that wait.
        mutating func takeFirst() -> Call {
            let call = waiting[begun]
            begun += 1
            // Not one by one: each time, all that wait are moved.
            if left == 0 || begun > 64 && begun > left {
                waiting.removeFirst(begun)
                begun = 0
            }
            return call
        }

        /// How many calls wait.
        var left: Int { waiting.count - begun }
        /// Whether calls wait although there is room.
        var isStalled: Bool { left > 0 && lanes < width }
    }

    private let state = Mutex(State())
    private let bell = Bell()
    private let executor: (any TaskExecutor)?

    init(_ executor: (any TaskExecutor)?) {
        self.executor = executor
    }

    /// Becomes readable when there are events.
    var descriptor: Int32 { bell.descriptor }
}

// MARK: - The runner's side

extension HandlerLine {
    /// Puts calls at the end of the line.
    func add(_ calls: [Call]) {
        state.withLock { state in
            if state.left == 0 { state.busySince = .now }
            state.waiting += calls
            let isQuick = state.average.map { $0 < Self.wakeUp } ?? false
            openLanes(isQuick ? (state.running.isEmpty ? 1 : 0) : calls.count, &state)
        }
    }

    /// So many calls run at once from now on.
    func setWidth(_ width: Int) {
        state.withLock { state in
            state.width = width
            openLanes(state.left, &state)
        }
    }

    /// Whether a call waits or runs.
    var isBusy: Bool { state.withLock { $0.left > 0 || !$0.running.isEmpty } }

    /// When to call ``lookAtClock()``; `nil`: never.
    var nextDeadline: ContinuousClock.Instant? {
        state.withLock { state in
            let hurry = state.isStalled ? state.busySince + Self.patience : nil
            return [hurry, state.deadlines.first].compactMap(\.self).min()
        }
    }

    /// Opens lanes for what waits still, cancels what is over its soft limit, and leaves behind what is
    /// over its hard one.
    func lookAtClock() {
        let now = ContinuousClock.now
        let cancelled = state.withLock { state in
            if state.isStalled, state.busySince + Self.patience <= now {
                openLanes(state.left, &state)
                // It takes a lane a moment to come.
                state.busySince = now
            }
            var cancelled: [Lane] = []
            while let run = state.deadlines.popDue(now) {
                if let lane = breakLimit(of: run, now, &state) { cancelled.append(lane) }
            }
            return cancelled
        }
        for lane in cancelled { lane.cancel() }
    }

    /// What has happened since the last call.
    func takeEvents() -> [RunEvent] {
        state.withLock { state in
            if state.isRung { bell.silence() }
            defer { (state.events, state.isRung) = ([], false) }
            return state.events
        }
    }

    /// Begins no more: what waits ends as interrupted, what runs is cancelled.
    func interrupt() {
        let lanes = state.withLock { state in
            for call in state.waiting[state.begun...] {
                append(.ended(call.assignment.run, .interrupted, after: .zero), &state)
            }
            state.waiting = []
            state.begun = 0
            for run in state.running.keys { state.running[run]?.cancellation = .interruption }
            let lanes = state.running.values.map(\.lane)
            for lane in lanes { lane.isCancelled = true }
            return lanes
        }
        for lane in lanes { lane.cancel() }
    }

    /// Gives up what runs.
    func leaveBehind() {
        state.withLock { state in
            for run in Array(state.running.keys) { leave(run, as: .interrupted, &state) }
        }
    }

    /// - Returns: the lane that is to be cancelled, outside the lock; `nil`: none.
    private func breakLimit(
        of run: RunID,
        _ now: ContinuousClock.Instant,
        _ state: inout State
    ) -> Lane? {
        guard let running = state.running[run], var clock = running.clock else { return nil }
        switch clock.breach(at: now) {
        case .hardTime(let seconds)?:
            let failure = LimitBreach.hardTime(seconds).failure("it was left behind")
            leave(run, as: .failure(failure, traceback: nil), &state)
            return running.lane
        case .softTime(let seconds)?:
            state.running[run]?.clock = clock
            // Who is interrupted goes back to its queue, whatever else it does.
            if running.cancellation == nil {
                state.running[run]?.cancellation = .softLimit(seconds)
            }
            running.lane.isCancelled = true
            if let next = clock.next { state.deadlines.insert(run, at: next) }
            return running.lane
        default: return nil
        }
    }

    private func leave(_ run: RunID, as outcome: TaskOutcome, _ state: inout State) {
        guard let left = state.running.removeValue(forKey: run) else { return }
        left.lane.isLeft = true
        state.lanes -= 1
        append(.ended(run, outcome, after: .now - left.lane.beganAt), &state)
        openLanes(1, &state)
    }

    private func append(_ event: RunEvent, _ state: inout State) {
        state.events.append(event)
        ring(&state)
    }

    private func ring(_ state: inout State) {
        if !state.isRung { bell.ring() }
        state.isRung = true
    }
}

// MARK: - Lanes

extension HandlerLine {
    /// A Swift task that makes calls.
    private final class Lane: @unchecked Sendable {
        // All but the task is touched with the line's lock held; the task is set once, before it is known.
        var task: Task<Void, Never>?
        var beganAt = ContinuousClock.now
        /// It is to be cancelled, or has been: it makes no other call, which would be cancelled too.
        var isCancelled = false
        /// Its call was given up: it counts no more.
        var isLeft = false

        func cancel() { task?.cancel() }
    }

    /// Opens so many lanes, as far as there are calls and room for them; called with the lock held.
    private func openLanes(_ count: Int, _ state: inout State) {
        let room = min(count, state.width - state.lanes, state.left)
        guard room > 0 else { return }
        for _ in 0..<room {
            let lane = Lane()
            state.lanes += 1
            lane.task = Task(executorPreference: executor) { [self] in await run(lane) }
        }
    }

    /// Makes one call after the other.
    private func run(_ lane: Lane) async {
        var next = state.withLock { begin(lane, &$0) }
        while let (call, start) = next {
            let run = HandlerRun(assignment: call.assignment, startedAt: start, line: self)
            let answer = await call.handler(run)
            let end = ContinuousClock.now
            next = state.withLock { state in
                self.end(call.assignment.run, answer, end - start, &state)
                guard !lane.isLeft else { return nil }
                guard !lane.isCancelled else {
                    state.lanes -= 1
                    openLanes(1, &state)
                    return nil
                }
                return begin(lane, &state)
            }
        }
    }

    /// Takes the next call; `nil`: the lane is to end.
    private func begin(
        _ lane: Lane,
        _ state: inout State
    ) -> (Call, ContinuousClock.Instant)? {
        guard state.left > 0, state.lanes <= state.width else {
            state.lanes -= 1
            return nil
        }
        let call = state.takeFirst()
        let now = ContinuousClock.now
        lane.beganAt = now
        var running = Running(lane: lane)
        if let clock = HandlerClock(call.assignment.limits, start: now) {
            running.clock = clock
            schedule(call.assignment.run, clock, &state)
        }
        state.running[call.assignment.run] = running
        return (call, now)
    }

    private func schedule(_ run: RunID, _ clock: HandlerClock, _ state: inout State) {
        guard let deadline = clock.next else { return }
        let isNearest = state.deadlines.first.map { deadline < $0 } ?? true
        state.deadlines.insert(run, at: deadline)
        if state.deadlines.count > 2 * state.running.count + 64 {
            // Most calls end long before.
            let running = state.running
            state.deadlines.keep { $0 == run || running[$0] != nil }
        }
        // The worker may wait for a later one.
        if isNearest { ring(&state) }
    }

    private func end(
        _ run: RunID,
        _ answer: HandlerAnswer,
        _ duration: Duration,
        _ state: inout State
    ) {
        // Else it was left behind.
        guard let running = state.running.removeValue(forKey: run) else { return }
        state.average = state.average.map { $0 + (duration - $0) / 16 } ?? duration
        append(.ended(run, answer.outcome(running.cancellation), after: duration), &state)
    }

    func report(_ progress: JSONText, of run: RunID) {
        state.withLock { state in
            guard state.running[run] != nil else { return }
            append(.progress(run, progress), &state)
        }
    }
}
