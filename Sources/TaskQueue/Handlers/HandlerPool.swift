internal import Synchronization

/// Waiting calls, running calls, and the outcomes of those that have ended: what a
/// ``HandlerRunner`` shares with its slots.
///
/// A slot is a Swift task that makes one call after the other as long as calls wait. A cancelled slot
/// ends after its call, because it would stay cancelled.
final class HandlerPool: Sendable {
    /// How long calls may take before a slot is opened; shorter ones are done before the slot would be there.
    private static let wakeUp: Duration = .microseconds(50)
    /// How long calls wait before a slot is opened all the same.
    private static let patience: Duration = .milliseconds(1)

    let state = Mutex(State())
    private let wake: WakeEvent
    let executor: any TaskExecutor
    let opener: HandlerRunner.Opener?

    /// How long calls may wait while nothing begins, though there is room for them, before they are given back.
    private let starvation: Duration

    /// - Throws: ``ResourceShortage``.
    init(
        _ executor: any TaskExecutor,
        _ opener: HandlerRunner.Opener?,
        _ starvation: Duration
    ) throws(ResourceShortage) {
        wake = try WakeEvent()
        self.executor = executor
        self.opener = opener
        self.starvation = starvation
    }

    /// Becomes readable when there are events.
    var descriptor: Int32 { wake.descriptor }
}

// MARK: - The runner's side

extension HandlerPool {
    /// Puts calls behind those that wait.
    func add(_ calls: [Call]) {
        change { state in
            if state.left == 0 {
                state.busySince = .now
                state.lastSign = state.busySince
            }
            state.waiting += calls
            let isQuick = state.average.map { $0 < Self.wakeUp } ?? false
            openSlots(isQuick ? (state.running.isEmpty ? 1 : 0) : calls.count, &state)
        }
    }

    /// Sets how many calls run at once from now on.
    func setWidth(_ width: Int) {
        change { state in
            state.width = width
            openSlots(state.left, &state)
        }
    }

    /// Whether a call waits or runs.
    var isBusy: Bool { state.withLock { $0.left > 0 || !$0.running.isEmpty } }

    /// When to call ``lookAtClock()``; `nil`: never.
    var nextDeadline: Instant? {
        state.withLock { state in
            let hurry = state.isStalled ? state.busySince + Self.patience : nil
            return [hurry, state.stallsAt(starvation), state.deadlines.first].compactMap(\.self)
                .min()
        }
    }

    /// Opens slots for calls that still wait, cancels calls over their soft limit, and leaves behind those
    /// over their hard one.
    func lookAtClock() {
        let now = Instant.now
        let cancelled = change { state in
            if state.isStalled, state.busySince + Self.patience <= now {
                openSlots(state.left, &state)
                // It takes a slot a moment to come.
                state.busySince = now
            }
            if let stallsAt = state.stallsAt(starvation), stallsAt <= now { stall(&state) }
            var cancelled: [Slot] = []
            while let run = state.deadlines.popDue(now) {
                if let slot = breakLimit(of: run, now, &state) { cancelled.append(slot) }
            }
            return cancelled
        }
        for slot in cancelled { slot.cancel() }
    }

    /// What has happened since the last call, and whether no thread comes to run handlers.
    func takeEvents() -> (events: [RunEvent], isStarved: Bool) {
        state.withLock { state in
            // Without events it may have been woken for those taken the last time.
            if state.isSignalled || state.events.isEmpty { wake.reset() }
            defer { (state.events, state.isSignalled) = ([], false) }
            return (state.events, state.isStarved)
        }
    }

    /// Begins no more calls: waiting ones end as interrupted, running ones are cancelled.
    func interrupt() {
        let slots = change { state in
            giveBack(&state)
            for run in state.running.keys { state.running[run]?.cancellation = .interruption }
            let slots = state.running.values.map(\.slot)
            for slot in slots { slot.isCancelled = true }
            return slots
        }
        for slot in slots { slot.cancel() }
    }

    /// Gives up the running calls.
    func leaveBehind() {
        change { state in
            for run in Array(state.running.keys) { leave(run, as: .interrupted, &state) }
        }
    }

    /// The waiting calls are better off elsewhere.
    private func stall(_ state: inout State) {
        if state.expected == 0 {
            append(.stalled(waiting: state.left), &state)
        } else if !state.isStarved {
            append(.starved(waiting: state.left), &state)
            state.isStarved = true
        }
        giveBack(&state)
    }

    /// The waiting calls end as interrupted.
    private func giveBack(_ state: inout State) {
        for call in state.waiting[state.begun...] {
            append(.ended(call.assignment.run, .interrupted, after: .zero), &state)
        }
        state.waiting = []
        state.begun = 0
    }

    /// - Returns: the slot to cancel, outside the lock; `nil`: none.
    private func breakLimit(
        of run: RunID,
        _ now: Instant,
        _ state: inout State
    ) -> Slot? {
        guard let running = state.running[run], var clock = running.clock else { return nil }
        switch clock.breach(at: now) {
        case .hardTime(let seconds)?:
            let failure = LimitBreach.hardTime(seconds).failure("it was left behind")
            leave(run, as: .failure(failure, traceback: nil), &state)
            return running.slot
        case .softTime(let seconds)?:
            state.running[run]?.clock = clock
            // An interrupted call goes back to its queue, whatever else it does.
            if running.cancellation == nil {
                state.running[run]?.cancellation = .softLimit(seconds)
            }
            running.slot.isCancelled = true
            if let next = clock.next { state.deadlines.insert(run, at: next) }
            return running.slot
        default: return nil
        }
    }

    private func leave(_ run: RunID, as outcome: TaskOutcome, _ state: inout State) {
        guard let left = remove(run, &state) else { return }
        left.slot.isLeft = true
        state.slots -= 1
        append(.leftBehind(run), &state)
        append(.ended(run, outcome, after: .now - left.slot.beganAt), &state)
        openSlots(1, &state)
    }

    /// With the lock held, as all that follows.
    func append(_ event: RunEvent, _ state: inout State) {
        state.events.append(event)
        ring(&state)
    }

    func ring(_ state: inout State) {
        guard !state.isSignalled else { return }
        (state.isSignalled, state.wakes) = (true, true)
    }

    /// Changes the state, and does what follows when the lock is free: a thread that is woken meanwhile would
    /// wait for it.
    func change<Value: Sendable>(_ body: @Sendable (inout State) -> Value) -> Value {
        let (value, wakes, opening) = state.withLock { state in
            let value = body(&state)
            defer {
                state.wakes = false
                if !state.opening.isEmpty { state.opening = [] }
            }
            return (value, state.wakes, state.opening)
        }
        if wakes { wake.signal() }
        for slot in opening { open(slot) }
        return value
    }
}
