internal import TaskQueue

/// How long an exchange may take: a length of time for all of it, and as long again for each mebibyte that
/// has come through, so that large data passes a slow network and a trickle does not go on for ever.
struct Patience {
    private static let stretch = 1 << 20

    private let limit: Duration
    /// When it is over whatever comes through; `nil`: never.
    private let end: Instant?
    private(set) var deadline: Instant
    private var moved = 0

    init(_ limit: Duration, until end: Instant? = nil) {
        self.limit = limit
        self.end = end
        deadline = min(.now + limit, end ?? .now + limit)
    }

    /// Until a deadline, however much comes through.
    init(until deadline: Instant) {
        limit = .zero
        end = deadline
        self.deadline = deadline
    }

    mutating func note(_ count: Int) {
        moved += count
        guard moved >= Self.stretch else { return }
        moved = 0
        if limit > .zero { deadline = min(.now + limit, end ?? .now + limit) }
    }
}
