package import TaskQueue

/// Tasks in Redis, where Celery keeps them, taken and finished by scripts.
package final class RedisBroker: CountingBroker {
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
    /// Who the worker is; `nil`: it does not say.
    let identity: WorkerIdentity?
    /// When it was last looked for what leases do not tell; `nil`: never.
    var lastSweep: ContinuousClock.Instant?
    /// What the last taking could not do for some of its queues; `nil`: nothing.
    package private(set) var complaint: BrokerError?
    /// Whether any task was revoked, as of the last taking.
    private(set) var isAnyRevoked = false
    /// As of the last taking; shared with those who wait for arrivals.
    private let lookouts = Lookouts()

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
    ///   - identity: who the worker is, for people; `nil`: it does not say.
    /// - Throws: ``BrokerError`` if the server cannot be reached, or does not let us in.
    package init(
        _ address: RedisAddress,
        worker: String,
        timeout: Duration,
        replyTimeout: Duration = .seconds(30),
        until end: ContinuousClock.Instant? = nil,
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
        let lists = TakeLists(rotation.order(queues))
        let first = nextTag
        // Numbers are never used twice, also if the answer is lost.
        nextTag += limit
        let prefix = tagPrefix + RedisKeys.tagTime(.now())
        let reply = try scripts.run(
            RedisScripts.take,
            keys: [
                RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex,
                RedisKeys.connection(worker: worker), RedisKeys.workers, RedisKeys.paused,
                RedisKeys.revoked, RedisKeys.suspected, RedisKeys.clearing,
            ] + lists.keys,
            arguments: [
                String(limit), prefix, String(first), worker,
                String(Lease.length.components.seconds),
            ].map { Array($0.utf8) } + lists.arguments(solitude)
        )
        let parts = reply.elements
        let times = parts.prefix(2).map { part in
            part.text.flatMap(Double.init).map { Timestamp(secondsSinceEpoch: $0) }
        }
        if let server = times.first ?? nil { clockOffset = server - .now() }
        nextDue = times.last ?? nil
        guard parts.count > 6 else { return [] }
        let problem = parts[4].text ?? ""
        complaint = problem.isEmpty ? nil : connection.error(problem)
        lookouts.queues = Set(parts[2].elements.compactMap { $0.integer.flatMap(lists.queue(at:)) })
        suspectsLeft = parts[5].integer.flatMap(SuspectsLeft.init) ?? .none
        let losses = parts[6].integer ?? 0
        let mark = losses > 0 ? RedisKeys.suspectMark : ""
        var deliveries: [Delivery] = []
        for index in stride(from: 7, to: parts.count - 1, by: 2) {
            guard let queue = parts[index].integer.flatMap(lists.queue(at:)),
                let envelope = parts[index + 1].bytes
            else { continue }
            deliveries.append(
                Delivery(
                    tag: prefix + String(first + deliveries.count) + mark,
                    queue: queue,
                    content: .envelope(envelope),
                    losses: losses
                )
            )
        }
        for delivery in deliveries { rotation.delivered(delivery.queue) }
        isAnyRevoked = parts[3].integer == 1
        return isAnyRevoked ? try markingRevoked(deliveries) : deliveries
    }

    package func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch {
        RedisArrivalWatch(address, queues: queues, lookouts: lookouts, timeout: timeout)
    }

    package func count(waitingIn queue: QueueName) throws(BrokerError) -> Int {
        let lists = RedisKeys.prioritySteps.map { RedisKeys.list(queue, step: $0) }
        let lengths = (lists + [RedisKeys.arrived(queue)]).map { RedisCommand("LLEN").adding($0) }
        let suspects = RedisCommand("ZCARD").adding(RedisKeys.suspects(queue))
        return try connection.run(lengths + [suspects]).reduce(0) { $0 + $1.count }
    }
}
