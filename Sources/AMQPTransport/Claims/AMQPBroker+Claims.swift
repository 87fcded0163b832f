package import TaskQueue

/// A claim is a message that lives for some seconds, in a queue of its own; that a task has ended is told by a queue
/// that goes after a while.
///
/// Both outlive the connection, and need no place for results, and no clock but the server's. A queue that goes would be
/// no claim: whoever asks for it keeps it alive.
extension AMQPBroker: RunClaims {
    /// How long a claim holds that is not renewed.
    private static let lifetime: Duration = .seconds(9)
    static let renewal: Duration = .seconds(3)
    /// How long it is known that a task has ended that another worker may have been given.
    private static let memory: Duration = .seconds(300)
    /// When to look again after a task that is claimed.
    private static let pause: Duration = .seconds(2)

    package func claim(_ tags: [String]) throws(BrokerError) {
        claimed = Set(tags.compactMap(earlierID))
        try renewClaims()
    }

    func renewClaims() throws(BrokerError) {
        claimsDue = claimed.isEmpty ? nil : .now + Self.renewal
        var claims: [String] = []
        try reporting { () throws(AMQPFailure) in
            for id in claimed {
                let arguments = [
                    ("x-message-ttl", Self.milliseconds(Self.lifetime)),
                    ("x-max-length", .number(1)),
                    ("x-expires", Self.milliseconds(Self.lifetime * 10)),
                ]
                if let name = try declare(firstOf: Self.claims(of: id), arguments) {
                    claims.append(name)
                }
            }
        }
        let message = Message(headers: .emptyObject, properties: .emptyObject, body: [])
        let parcels = claims.compactMap { name in
            QueueName(name).map { queue in
                var parcel = Parcel(message, queue, nil)
                parcel.isOptional = true
                return parcel
            }
        }
        do throws(BrokerError) {
            try inPassing { () throws(BrokerError) in try publish(parcels) }
        } catch {
            // It has no room for now. The connection holds other tasks, and stays; the claims are made soon again.
            guard case .unusable = error else { throw error }
        }
    }

    /// Declares the first of some queues that is not on a node of the cluster that is down.
    ///
    /// - Returns: its name; `nil`: there is none.
    private func declare(
        firstOf names: [String],
        _ arguments: [(key: String, value: JSONText)]
    ) throws(AMQPFailure) -> String? {
        for name in names {
            do throws(AMQPFailure) {
                try connection.declareQueue(name, arguments: arguments)
                return name
            } catch  where error.isNotFound {
                continue
            }
        }
        return nil
    }

    private static func milliseconds(_ duration: Duration) -> JSONText {
        .number(Int(duration.microseconds / 1000))
    }

    package func release(_ tags: [String], ended: Set<String>) throws(BrokerError) {
        try reporting { () throws(AMQPFailure) in
            for tag in tags {
                guard let id = earlierID(tag) else { continue }
                // First this: else whoever looks in between finds neither.
                if ended.contains(tag) {
                    let expiry = Self.milliseconds(Self.memory)
                    _ = try declare(firstOf: [Self.end(of: id)], [("x-expires", expiry)])
                }
                for name in Self.claims(of: id) { try deleteClaim(name) }
                claimed.remove(id)
            }
        }
    }

    /// One that is on a node that is down goes by itself.
    private func deleteClaim(_ name: String) throws(AMQPFailure) {
        do throws(AMQPFailure) { try connection.deleteQueue(name) } catch  where error.isNotFound {}
    }

    /// The id of a delivery that came over an earlier connection.
    private func earlierID(_ tag: String) -> String? {
        guard let tag = DeliveryTag(tag), tag.connection != serial[...], !tag.task.isEmpty
        else { return nil }
        return tag.task
    }

    /// Where a claim may be: a queue of the cluster is on one node, and cannot be declared elsewhere while that is down.
    private static func claims(of id: String) -> [String] {
        let name = "tq.running.\(short(id))"
        return [name, "\(name).2", "\(name).3"]
    }

    private static func end(of id: String) -> String { "tq.ended.\(short(id))" }

    /// A queue's name has 255 bytes at most.
    private static func short(_ id: String) -> String {
        id.utf8.count <= 200 ? id : SHA1.hex(id.utf8)
    }

    /// What is known of a task that was delivered before.
    private enum Finding {
        case free, claimed, ended
    }

    private func look(after id: String) throws(AMQPFailure) -> Finding {
        if try isClaimed(id) { return .claimed }
        return try isThere(Self.end(of: id)) ? .ended : .free
    }

    private func isClaimed(_ id: String) throws(AMQPFailure) -> Bool {
        for name in Self.claims(of: id) {
            do throws(AMQPFailure) {
                if try connection.declareQueue(name, arguments: nil) > 0 { return true }
            } catch  where error.isNotFound {
                // The next is there only where this could not be declared.
                if !error.isOfMissingNode { return false }
            }
        }
        return false
    }

    /// Has a task wait that was delivered before, or lets it arrive where none does.
    func doubt(_ delivery: Delivery) {
        guard delivery.comesAgain, delivery.standing == .open, doubted.patience > .zero,
            let id = DeliveryTag(delivery.tag)?.task, !id.isEmpty
        else { return arrived.append(delivery) }
        doubted.add(delivery, since: firstDeliveries.time(of: id, .now))
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
                let id = DeliveryTag(delivery.tag)?.task ?? ""
                firstDeliveries.forget(id)
                switch try look(after: id) {
                case .free: free.append(delivery)
                case .ended: free.append(delivery.knownAs(.ended(nil)))
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
                parcel.markAsRedelivered(delivery)
                return parcel
            }
        )
    }
}
