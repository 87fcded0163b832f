internal import TaskQueue
internal import TaskSchedules

/// Sending what is due.
extension BeatDriver {
    /// How many firings are sent at once: in between, the lease is renewed.
    private static let batch = 250

    /// Sends all that is due, as long as it leads.
    func fire(_ store: any BeatStore) throws(BrokerError) {
        while isLeading {
            // After a stop for a while it may have lost it.
            if nextLook <= clock().instant { try lead(store) }
            guard isLeading else { return }
            let due = beat.due(at: clock().time, limit: Self.batch)
            guard !due.isEmpty else { return }
            try send(due, to: store)
        }
    }

    private func send(_ due: [Beat.Due], to store: any BeatStore) throws(BrokerError) {
        let firings = due.map { due in
            let entry = beat.entry(due.entry)
            return BeatFiring(
                entry: entry.name,
                instant: due.instant,
                most: entry.count,
                version: beat.version(of: due.entry),
                message: messages.message(entry, at: due.instant, in: installation)
            )
        }
        let outcomes = try store.fire(firings, under: lease)
        let now = clock().time
        for (index, outcome) in outcomes.enumerated() {
            beat.settle(due[index], outcome, task: firings[index].message.id)
            tell(outcome, of: due[index], firings[index].message.id, now)
            if outcome == .gone { live.drop(firings[index].entry) }
        }
        if outcomes.contains(.notLeading) {
            isLeading = false
            nextLook = clock().instant
        }
        // What there is in its place is looked for at once.
        if outcomes.contains(.gone) { nextLook = clock().instant }
    }

    private func tell(_ outcome: BeatOutcome, of due: Beat.Due, _ id: TaskID, _ now: Timestamp) {
        let entry = beat.entry(due.entry)
        switch outcome {
        case .sent:
            let lateness = now - entry.sendingTime(of: due.instant)
            report(.sent(entry, id, instant: due.instant, lateness: lateness))
        case .overlapped(let holder):
            report(.overlapped(entry, holder, instant: due.instant))
        case .paused: report(.paused(entry, instant: due.instant))
        case .passed: report(.passed(entry, instant: due.instant))
        case .gone, .notLeading: break
        }
    }
}
