package import TaskQueue

/// Tasks in Redis, where Celery keeps them, taken and finished by scripts.
package final class RedisBroker: Broker, QueueCounting {
    package let kind = "Redis"
    /// Tasks in one script: Lua takes some 8,000 arguments.
    static let largestBatch = 500
    /// Bytes in one command, if nothing in it is longer: a server closes connections that send too much
    /// at once (client-query-buffer-limit).
    static let largestCommand = 4 << 20

    package let holdsResults: Bool
    package private(set) var nextDue: Timestamp?
    package private(set) var suspectsLeft = SuspectsLeft.none

    private let address: RedisAddress
    private let timeout: Duration
    let connection: RedisConnection
    let scripts: ScriptRunner
    let sent: SentRecorder
    let resultLifetime: Duration?
    /// Names the worker in its lease and its delivery tags.
    let worker: String
    /// Of the tags of what this connection takes.
    let tagPrefix: String
    private var nextTag = 0
    /// How far the server's clock is ahead of ours, as the last taking saw it.
    private var clockOffset: Duration = .zero
    private var rotation = QueueRotation()
    /// The worker's identity; `nil`: it does not say.
    let identity: WorkerIdentity?
    /// When it was last looked for what leases do not tell; `nil`: never.
    var lastSweep: Instant?
    /// What the last taking could not do for some of its queues; `nil`: nothing.
    package private(set) var complaint: BrokerError?
    /// Whether any task was revoked, as of the last taking.
    private(set) var isAnyRevoked = false
    /// The queues at which the worker waits for tasks to arrive, for all workers that would; as of the last
    /// taking: see ``TakeTasks``.
    private(set) var lookouts: Set<QueueName> = []

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: of the server.
    ///   - worker: the id under which tasks are held.
    ///   - timeout: for connecting, and for the first answer.
    ///   - replyTimeout: for all other answers.
    ///   - end: when nobody waits for anything any more; `nil`: as long as the timeouts say.
    ///   - resultLifetime: how long results are kept; `nil`: for ever.
    ///   - holdsResults: whether results are kept on this server too, in the same database.
    ///   - identity: the worker's, for people; `nil`: it does not say.
    /// - Throws: ``BrokerError`` if the server cannot be reached, or does not let us in.
    package init(
        _ address: RedisAddress,
        worker: String,
        timeout: Duration,
        replyTimeout: Duration = .seconds(30),
        until end: Instant? = nil,
        resultLifetime: Duration?,
        holdsResults: Bool = true,
        identity: WorkerIdentity? = nil
    ) throws(BrokerError) {
        self.identity = identity
        self.address = address
        self.timeout = timeout
        self.resultLifetime = resultLifetime
        self.holdsResults = holdsResults
        connection = try RedisConnection(
            address,
            timeout: timeout,
            replyTimeout: replyTimeout,
            until: end
        )
        scripts = ScriptRunner(connection)
        sent = SentRecorder(lifetime: resultLifetime)
        self.worker = worker
        tagPrefix = RedisKeys.tagPrefix(worker: worker, connection: .random(in: 0...UInt64.max))
    }

    package var now: Timestamp { .now() + clockOffset }

    package func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        var deliveries: [Delivery] = []
        while true {
            let batch = min(limit - deliveries.count, Self.largestBatch)
            let solitude = deliveries.isEmpty ? solitude : .none
            let taken = try take(from: queues, upTo: batch, in: solitude)
            deliveries += taken
            if taken.count < batch || deliveries.count == limit { return deliveries }
        }
    }

    /// Takes tasks in one step.
    private func take(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery] {
        let script = TakeTasks(
            queues: rotation.order(queues),
            limit: limit,
            worker: worker,
            solitude: solitude,
            tagPrefix: tagPrefix + RedisKeys.tagTime(.now()),
            firstNumber: nextTag
        )
        // Numbers are never used twice, even if the answer is lost.
        nextTag += limit
        guard let taken = try scripts.run(script) else { return [] }
        if let server = taken.serverTime { clockOffset = server - .now() }
        nextDue = taken.nextDue
        complaint = taken.problem.isEmpty ? nil : connection.error(taken.problem)
        lookouts = Set(taken.lookouts)
        suspectsLeft = taken.suspectsLeft
        for delivery in taken.deliveries { rotation.delivered(delivery.queue) }
        isAnyRevoked = taken.isAnyRevoked
        return isAnyRevoked ? try markingRevoked(taken.deliveries) : taken.deliveries
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        RedisArrivalWatch(address, queues: queues, broker: self, timeout: timeout)
    }

    /// Leaves it to another worker to wait at these queues.
    func standDown(at queues: [QueueName]) throws(BrokerError) {
        _ = try take(from: queues, upTo: 0, in: .none)
    }

    package func count(waitingIn queue: QueueName) throws(BrokerError) -> Int {
        let lists = RedisKeys.lists(queue) + [RedisKeys.arrived(queue)]
        let lengths = lists.map { RedisCommand("LLEN").adding($0) }
        let suspects = RedisCommand("ZCARD").adding(RedisKeys.suspects(queue))
        return try connection.run(lengths + [suspects]).reduce(0) { $0 + $1.count }
    }
}
