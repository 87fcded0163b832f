/// How long an exchange may take: a length of time for all of it, and as long again for each mebibyte that
/// has come through, so that what is large passes a slow network and a trickle does not go on for ever.
struct Patience {
    private static let stretch = 1 << 20

    private let limit: Duration
    private(set) var deadline: ContinuousClock.Instant
    private var moved = 0

    init(_ limit: Duration) {
        self.limit = limit
        deadline = .now + limit
    }

    /// Until a deadline, however much comes through.
    init(until deadline: ContinuousClock.Instant) {
        limit = .zero
        self.deadline = deadline
    }

    mutating func note(_ count: Int) {
        moved += count
        guard moved >= Self.stretch else { return }
        moved = 0
        if limit > .zero { deadline = .now + limit }
    }
}
