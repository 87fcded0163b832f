package import TaskQueue

/// A claim is a queue that goes with its connection; that a task has ended is told by one that goes after a while.
///
/// Both need no place for results, and no clock.
extension AMQPBroker: RunClaims {
    /// How long it is known that a task has ended that another worker may have been given.
    private static let memory: Duration = .seconds(300)
    /// When to look again after a task that is claimed.
    private static let pause: Duration = .seconds(5)

    package func claim(_ tags: [String]) throws(BrokerError) {
        try reporting { () throws(AMQPFailure) in
            for id in tags.compactMap(earlierID) {
                do throws(AMQPFailure) {
                    try connection.declareQueue(
                        Self.claim(of: id),
                        arguments: [],
                        isExclusive: true
                    )
                } catch  where error.code == AMQPFailure.Code.resourceLocked {
                    // Another worker runs it already, or the server has not seen the end of our last connection.
                }
            }
        }
    }

    package func release(_ tags: [String], ended: Set<String>) throws(BrokerError) {
        try reporting { () throws(AMQPFailure) in
            for tag in tags {
                guard let id = earlierID(tag) else { continue }
                // First this: else whoever looks in between finds neither.
                if ended.contains(tag) {
                    let lifetime = Int(Self.memory.microseconds / 1000)
                    try connection.declareQueue(
                        Self.end(of: id),
                        arguments: [("x-expires", .number(lifetime))]
                    )
                }
                do throws(AMQPFailure) { try connection.deleteQueue(Self.claim(of: id)) } catch
                    where
                    error.code == AMQPFailure.Code.resourceLocked
                {}
            }
        }
    }

    /// The id of a delivery that came over an earlier connection.
    private func earlierID(_ tag: String) -> Substring? {
        let parts = tag.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] != serial[...] && !parts[2].isEmpty ? parts[2] : nil
    }

    private static func claim(of id: Substring) -> String { "tq.running.\(short(id))" }

    private static func end(of id: Substring) -> String { "tq.ended.\(short(id))" }

    /// A queue's name has 255 bytes at most.
    private static func short(_ id: Substring) -> String {
        id.utf8.count <= 200 ? String(id) : SHA1.hex(id.utf8)
    }

    /// What is known of a task that was delivered before.
    private enum Finding {
        case free, claimed, ended
    }

    private func look(after id: Substring) throws(AMQPFailure) -> Finding {
        do throws(AMQPFailure) {
            if try isThere(Self.claim(of: id)) { return .claimed }
        } catch {
            guard error.code == AMQPFailure.Code.resourceLocked else { throw error }
            return .claimed
        }
        return try isThere(Self.end(of: id)) ? .ended : .free
    }

    /// Keeps what has waited long enough and finds no room: at another worker it would have to wait again.
    func keepDoubted() {
        guard doubted.patience > .zero else { return }
        let again = arrived.filter(\.comesAgain)
        guard !again.isEmpty else { return }
        arrived.removeAll { $0.comesAgain }
        doubted.putBack(again, .now)
    }

    /// Puts back what has waited for room for long.
    func giveUpDoubts() throws(BrokerError) {
        let overdue = doubted.takeOverdue(.now)
        guard !overdue.isEmpty else { return }
        try reporting { () throws(AMQPFailure) in
            for delivery in overdue {
                if let number = number(delivery) { try putBack(number, in: delivery) }
            }
            try commit()
        }
    }

    /// Decides on tasks that were in doubt for long enough: those that nobody claims have arrived.
    func settleDoubts() throws(BrokerError) {
        let decided = doubted.takeOver(.now)
        guard !decided.isEmpty else { return }
        var (later, free): ([Delivery], [Delivery]) = ([], [])
        try reporting { () throws(AMQPFailure) in
            for delivery in decided {
                let tag = delivery.tag.split(separator: ":", maxSplits: 2)
                switch tag.count == 3 ? try look(after: tag[2]) : .free {
                case .free: free.append(delivery)
                case .ended: free.append(delivery.knownAs(.ended))
                case .claimed: later.append(delivery)
                }
            }
        }
        // Before what came later.
        arrived.insert(contentsOf: free, at: 0)
        guard !later.isEmpty else { return }
        let eta = now + Self.pause
        try replace(
            later.compactMap(number),
            by: later.map { delivery in
                var parcel = Self.parcel(delivery, delivery.queue, eta)
                parcel.message.headers = Redelivery.headers(
                    parcel.message.headers,
                    losses: delivery.isSuspect ? delivery.losses : LossCount.doubtful
                )
                return parcel
            }
        )
    }
}
