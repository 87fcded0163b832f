/// The progress of runs that is still to be written: the latest of each, ten times a second at most.
struct ProgressBoard {
    private static let interval: Duration = .milliseconds(100)

    private var pending: [RunID: JSONText] = [:]
    private var writtenAt: [RunID: Instant] = [:]

    mutating func note(_ run: RunID, _ value: JSONText) {
        pending[run] = value
    }

    /// The run has ended: its progress no longer matters.
    mutating func forget(_ run: RunID) {
        guard !pending.isEmpty || !writtenAt.isEmpty else { return }
        pending[run] = nil
        writtenAt[run] = nil
    }

    /// When something is to be written; `nil`: nothing is pending.
    func nextDeadline(at now: Instant) -> Instant? {
        pending.isEmpty
            ? nil : pending.keys.map { writtenAt[$0].map { $0 + Self.interval } ?? now }.min()
    }

    /// Takes out what is to be written now.
    mutating func takeDue(_ now: Instant) -> [(run: RunID, value: JSONText)] {
        guard !pending.isEmpty else { return [] }
        let due = pending.filter { entry in
            writtenAt[entry.key].map { $0 + Self.interval <= now } ?? true
        }
        for run in due.keys {
            pending[run] = nil
            writtenAt[run] = now
        }
        return due.map { ($0.key, $0.value) }
    }
}
