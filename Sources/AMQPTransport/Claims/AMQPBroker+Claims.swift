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
        let claims = claimed.map(Self.claim(of:))
        try reporting { () throws(AMQPFailure) in
            for queue in claims {
                try connection.declareQueue(
                    queue,
                    arguments: [
                        ("x-message-ttl", Self.milliseconds(Self.lifetime)),
                        ("x-max-length", .number(1)),
                        ("x-expires", Self.milliseconds(Self.lifetime * 10)),
                    ]
                )
            }
        }
        let message = Message(headers: .emptyObject, properties: .emptyObject, body: [])
        try inPassing { () throws(BrokerError) in
            try publish(
                claims.compactMap { name in
                    QueueName(name).map { queue in
                        var parcel = Parcel(message, queue, nil)
                        parcel.isOptional = true
                        return parcel
                    }
                }
            )
        }
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
                    try connection.declareQueue(
                        Self.end(of: id),
                        arguments: [("x-expires", expiry)]
                    )
                }
                try connection.deleteQueue(Self.claim(of: id))
                claimed.remove(id)
            }
        }
    }

    /// The id of a delivery that came over an earlier connection.
    private func earlierID(_ tag: String) -> String? {
        guard let tag = DeliveryTag(tag), tag.connection != serial[...], !tag.task.isEmpty
        else { return nil }
        return tag.task
    }

    private static func claim(of id: String) -> String { "tq.running.\(short(id))" }

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
        if try countReady(Self.claim(of: id)) ?? 0 > 0 { return .claimed }
        return try isThere(Self.end(of: id)) ? .ended : .free
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
                parcel.markAsRedelivered(delivery)
                return parcel
            }
        )
    }
}
