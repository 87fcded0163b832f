internal import Synchronization

extension HandlerPool {
    /// Opens this many slots, as far as there are calls and room for them; called with the lock held.
    func openSlots(_ count: Int, _ state: inout State) {
        let room = min(count, state.width - state.slots, state.left)
        guard room > 0 else { return }
        for _ in 0..<room {
            let slot = Slot()
            state.slots += 1
            if state.expected == 0 { state.lastSign = .now }
            state.expected += 1
            state.opening.append(slot)
        }
    }

    /// Called without the lock.
    func open(_ slot: Slot) {
        let start = { @Sendable [self] in
            slot.begun(as: Task(executorPreference: executor) { [self] in await run(slot) })
        }
        if let opener { opener(start) } else { start() }
    }

    /// Makes one call after the other.
    private func run(_ slot: Slot) async {
        var next = change { state in
            arrive(&state)
            return begin(slot, &state)
        }
        while let (call, start) = next {
            let run = HandlerRun(assignment: call.assignment, startedAt: start, pool: self)
            let answer = await call.handler(run)
            let end = Instant.now
            next = change { state in
                self.end(call.assignment.run, answer, end - start, &state)
                guard !slot.isLeft else { return nil }
                guard !slot.isCancelled else {
                    state.slots -= 1
                    openSlots(1, &state)
                    return nil
                }
                return begin(slot, &state)
            }
        }
    }

    /// An expected slot has come.
    private func arrive(_ state: inout State) {
        state.expected -= 1
        guard state.isStarved else { return }
        state.isStarved = false
        append(.relieved, &state)
    }

    /// Takes the next call; `nil`: the slot should end.
    private func begin(
        _ slot: Slot,
        _ state: inout State
    ) -> (Call, Instant)? {
        guard state.left > 0, state.slots <= state.width else {
            state.slots -= 1
            return nil
        }
        let call = state.takeFirst()
        let now = Instant.now
        slot.beganAt = now
        state.lastSign = now
        var running = Running(slot: slot)
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
        // The worker may be waiting for a later one.
        if isNearest { ring(&state) }
    }

    private func end(
        _ run: RunID,
        _ answer: HandlerAnswer,
        _ duration: Duration,
        _ state: inout State
    ) {
        // Otherwise it was left behind.
        guard let running = remove(run, &state) else { return }
        state.average = state.average.map { $0 + (duration - $0) / 16 } ?? duration
        append(.ended(run, answer.outcome(running.cancellation), after: duration), &state)
    }

    /// Gives up a call and returns it; `nil`: it was given up before.
    func remove(_ run: RunID, _ state: inout State) -> Running? {
        guard let running = state.running.removeValue(forKey: run) else { return nil }
        if running.awaited > 0 { state.dependents -= 1 }
        if state.dependents == 0 { state.isHeld = false }
        return running
    }

    /// A call waits for this many more tasks, or fewer.
    func wait(for tasks: Int, _ run: RunID) {
        change { state in
            guard var running = state.running[run] else { return }
            let before = running.awaited
            running.awaited += tasks
            state.running[run] = running
            if before == 0 { state.dependents += 1 }
            if running.awaited == 0 { state.dependents -= 1 }
            if state.dependents == 0 { state.isHeld = false }
            guard state.dependents >= state.width, !state.isHeld else { return }
            state.isHeld = true
            append(.held(slots: state.width), &state)
        }
    }

    func report(_ progress: JSONText, of run: RunID) {
        change { state in
            guard state.running[run] != nil else { return }
            append(.progress(run, progress), &state)
        }
    }
}
