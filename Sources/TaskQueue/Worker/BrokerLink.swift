/// The worker's connection to its broker: opened again after a failure, and what is known of the queues.
struct BrokerLink {
    /// Between two looks at queues for a task that should be due.
    private static let shortestLook: Duration = .milliseconds(10)

    private let connect: ([QueueName]) throws(BrokerError) -> BrokerConnection
    private var queues: [QueueName]
    private var connection: BrokerConnection?
    private var delay = ReconnectDelay()
    private var nextTry: ContinuousClock.Instant?
    /// Why the broker is gone; `nil`: it is there.
    private(set) var failure: BrokerError?
    /// Whether the last look at the queues found less than was asked for.
    var queuesAreEmpty = false
    private var lookedAt = ContinuousClock.now
    /// When a task falls due that the worker has put back itself, which the last look cannot have seen;
    /// `nil`: none.
    private var ownDue: Timestamp?
    /// By the broker's clock; `nil`: no look yet.
    private(set) var lookedAtTime: Timestamp?

    init(
        queues: [QueueName],
        connect: @escaping ([QueueName]) throws(BrokerError) -> BrokerConnection
    ) {
        self.queues = queues
        self.connect = connect
    }

    var isUp: Bool { connection != nil }

    /// The broker's clock; ours while it is gone.
    var now: Timestamp { connection?.broker.now ?? .now() }

    /// When to try to connect again; `nil`: there is a connection.
    var reconnectAt: ContinuousClock.Instant? { connection == nil ? nextTry : nil }

    /// Connects for the first time.
    mutating func open() throws(BrokerError) -> BrokerConnection {
        let opened = try connect(queues)
        connection = opened
        return opened
    }

    /// The connection, made again if it is time to; `nil`: it is not.
    ///
    /// What the broker believes the worker to hold, and what is not among `held`, is put back.
    mutating func opened(holding held: HeldTags) throws(BrokerError) -> BrokerConnection? {
        if let connection { return connection }
        if let nextTry, ContinuousClock.now < nextTry { return nil }
        let opened = try connect(queues)
        try opened.leases.requeueAllBut(held.all)
        connection = opened
        queuesAreEmpty = false
        return opened
    }

    /// Takes tasks from other queues from now on: with a new connection, which waits for those.
    mutating func serve(_ queues: [QueueName]) {
        queuesAreEmpty = false
        guard queues != self.queues else { return }
        self.queues = queues
        connection = nil
        nextTry = nil
    }

    /// Notes that the broker has done what it was asked to.
    ///
    /// - Returns: whether it had failed before.
    mutating func succeed() -> Bool {
        failure = nil
        guard delay.isFailing else { return false }
        delay.reset()
        return true
    }

    /// Notes that the broker has failed.
    ///
    /// - Returns: after what time it is tried again.
    mutating func fail(_ error: BrokerError) -> Duration {
        connection = nil
        failure = error
        let pause = delay.next()
        nextTry = .now + pause
        return pause
    }
}

// MARK: - Looking at the queues

extension BrokerLink {
    /// Takes tasks, and sees to it that later arrivals are noticed if there were too few.
    mutating func take(upTo limit: Int) throws(BrokerError) -> [Delivery] {
        guard let connection else { return [] }
        try connection.arrivals.clear()
        lookedAt = .now
        let deliveries = try connection.broker.receive(from: queues, upTo: limit)
        lookedAtTime = connection.broker.now
        if let due = ownDue, connection.broker.now >= due { ownDue = nil }
        queuesAreEmpty = deliveries.count < limit
        if queuesAreEmpty { try connection.arrivals.arm() }
        return deliveries
    }

    /// Notes that a task is put back, to be taken from `due` on.
    mutating func expect(_ due: Timestamp) {
        ownDue = min(ownDue ?? due, due)
    }

    /// Become readable when tasks may have arrived.
    var descriptors: [Int32] { connection?.arrivals.descriptors ?? [] }

    /// When to look at the queues again although nothing was announced: a delayed task falls due, or
    /// the broker does not announce everything.
    var nextLook: ContinuousClock.Instant? {
        guard let connection else { return nil }
        // The broker's clock decides what is due, and may be behind ours.
        let nextDue = [connection.broker.nextDue, ownDue].compactMap(\.self).min()
        let due = nextDue.map { max(.now + ($0 - now), lookedAt + Self.shortestLook) }
        return [due, connection.arrivals.longestWait.map { lookedAt + $0 }].compactMap(\.self).min()
    }

    var isTimeToLook: Bool { nextLook.map { $0 <= .now } ?? false }
}
