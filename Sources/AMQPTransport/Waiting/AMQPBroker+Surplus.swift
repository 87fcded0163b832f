internal import TaskQueue

/// What has come and is not wanted.
///
/// A worker of short tasks wants none for a moment, again and again, while the acknowledgement of some lets others come.
/// Putting those back would be dear: the server marks what was put back as delivered before, and such a message has to
/// be asked after, copied and held.
extension AMQPBroker {
    /// How long it is kept, so that it can be wanted again.
    private static let surplusPatience: Duration = .milliseconds(250)

    /// When to put it back; `nil`: there is none.
    var surplusEnd: Instant? { surplusSince.map { $0 + Self.surplusPatience } }

    /// Lets no more come; what has come is put back if it is not wanted again soon.
    func suspendArrivals() throws(BrokerError) {
        try reporting { () throws(AMQPFailure) in
            (wanted, isInterrupted) = (0, false)
            try readEvents()
            keepDoubted()
            if arrived.isEmpty, credits == nil {
                surplusSince = nil
                return try limitArrivals()
            }
            surplusSince = surplusSince ?? .now
            // What has come takes all of the limit.
            if credits == nil { try setLimit(max(held.unacknowledged + doubted.count, 1)) }
        }
    }

    /// Puts back what has not been wanted again for long enough.
    func giveBackSurplus() throws(AMQPFailure) {
        guard let surplusEnd, surplusEnd <= .now else { return }
        surplusSince = nil
        keepDoubted()
        try limitArrivals()
        try readEvents()
        try giveBackArrived { _ in true }
    }
}
