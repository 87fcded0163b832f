package import TaskQueue

/// A connection to a ``PoorServer``: a broker that can what one of AMQP can, and no more.
///
/// - The connection is the lease: what it has taken comes back when it closes, and can be settled over it
///   alone.
/// - Publishing and acknowledging are two steps; in between a connection may be lost.
/// - It has to be attended, also while nothing is wanted of it.
/// - Priority 9 comes first.
package final class PoorBroker: Broker {
    package let kind = "Poor"
    package let holdsResults = false
    package let suspectsLeft = SuspectsLeft.none
    /// The server tells when something falls due.
    package let nextDue: Timestamp? = nil

    private let server: PoorServer
    private let name: String
    private let closing: WakePipe
    private let broker: MemoryBroker

    init(_ server: PoorServer, connection name: String, closing: WakePipe) {
        self.server = server
        self.name = name
        self.closing = closing
        broker = MemoryBroker(server.messages, worker: name)
    }

    deinit {
        server.close(name)
    }

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        try server.attend(name)
        try broker.send(messages)
    }

    package func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        try server.attend(name)
        return try broker.receive(from: queues, upTo: limit, in: solitude)
    }

    package func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery] {
        try settle(tasks, \.delivery) { task throws(BrokerError) in
            let next = task.next + (task.sequel?.messages ?? [])
            if !next.isEmpty { try broker.send(next) }
            try acknowledge(task.delivery)
        }
    }

    package func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery] {
        preconditionFailure("results are elsewhere")
    }

    package func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery] {
        let own = tasks.filter { isOwn($0.delivery) }
        try server.attend(name)
        return try tasks.filter { !isOwn($0.delivery) }.map(\.delivery) + broker.requeue(own)
    }

    /// The message is gone: the server has no place for dead letters.
    package func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery] {
        try settle(letters, \.delivery) { letter throws(BrokerError) in
            if let next = letter.sequel?.messages, !next.isEmpty { try send(next) }
            try acknowledge(letter.delivery)
        }
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        try server.attend(name)
        return PoorArrivalWatch(self, arrivals: server.messages)
    }

    /// Shows the server that the connection lives.
    func attend() throws(BrokerError) { try server.attend(name) }
}

// MARK: - Staying connected

extension PoorBroker: KeepAlive {
    package var descriptor: Int32 { closing.descriptor }

    package var deadline: Instant { server.deadline(of: name) }

    package func tend() throws(BrokerError) { try attend() }
}

// MARK: - Acknowledging

extension PoorBroker {
    /// Whether it came over this connection, and was not settled yet.
    private func isOwn(_ delivery: Delivery) -> Bool {
        delivery.tag.hasPrefix("\(name):") && broker.holds(delivery)
    }

    /// Settles one after the other.
    ///
    /// - Returns: the deliveries that are not this connection's.
    private func settle<Item>(
        _ items: [Item],
        _ delivery: (Item) -> Delivery,
        _ body: (Item) throws(BrokerError) -> Void
    ) throws(BrokerError) -> [Delivery] {
        try server.attend(name)
        var lost: [Delivery] = []
        for item in items {
            guard isOwn(delivery(item)) else {
                lost.append(delivery(item))
                continue
            }
            try body(item)
        }
        return lost
    }

    private func acknowledge(_ delivery: Delivery) throws(BrokerError) {
        try server.willAcknowledge(name)
        _ = try broker.finish([FinishedTask(delivery, result: nil)])
    }
}

extension PoorBroker: QueueCounting {
    package func count(waitingIn queue: QueueName) throws(BrokerError) -> Int {
        try server.attend(name)
        return try broker.count(waitingIn: queue)
    }
}
