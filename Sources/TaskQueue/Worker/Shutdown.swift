/// How a worker that was told to stop ends: what runs may end first; told again, or late, it is interrupted;
/// and at last the worker ends as it is.
package struct Shutdown {
    /// Orders to stop that follow so fast on the first are the same: timeout(1) sends the first one twice.
    package static let orderEcho: Duration = .milliseconds(100)
    /// How long a cold stop takes beside the grace of running tasks: outcomes not written by then are left to the
    /// end of the lease.
    static let writingTime: Duration = .seconds(1)

    /// When the first order came, not the worker's own limits; `nil`: not yet.
    private var toldAt: Instant?
    /// When a cold stop ends, whatever the broker does; `nil`: there is none.
    private(set) var endsAt: Instant?

    /// An order to stop has come; `isCold`: what runs is not to be waited for.
    ///
    /// - Returns: whether what runs may end; `nil`: the order is the same as the one before.
    mutating func told(isCold: Bool, at now: Instant) -> Bool? {
        guard let first = toldAt else {
            toldAt = now
            return !isCold
        }
        return isCold || now - first > Self.orderEcho ? false : nil
    }

    /// When what still runs is interrupted, so long after the order to stop; `nil`: it was, or is not.
    func interruptsAt(after timeout: Duration?) -> Instant? {
        guard endsAt == nil, let toldAt, let timeout else { return nil }
        return toldAt + timeout
    }

    /// What runs is interrupted, and has so long to end.
    ///
    /// - Returns: whether it was not before.
    mutating func interrupts(grace: Duration, at now: Instant) -> Bool {
        guard endsAt == nil else { return false }
        endsAt = now + grace + Self.writingTime
        return true
    }

    /// Whether the worker ends now, though not all is written.
    func isOver(at now: Instant) -> Bool { endsAt.map { $0 <= now } ?? false }
}
