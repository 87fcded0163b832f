internal import Glibc
package import TaskQueue

#if RabbitMQ
internal import AMQPTransport
#endif
#if Redis
internal import RedisTransport
#endif
#if SQLite
internal import SQLiteTransport
#endif
#if !Redis && !SQLite && !RabbitMQ
#error("name a transport: the package's trait SQLite, Redis or RabbitMQ")
#endif

/// Opens what the options name; the only place that knows all transports.
package struct Transports: Sendable {
    let options: CommonOptions
    /// Where a sender that waits for results hears of those that are sent and not stored: for its messages, and
    /// for what ``openResults(decompress:replyTimeout:until:areOthers:)`` connects to.
    package let replyAddress = ReplyAddress()
    #if RabbitMQ
    /// What was sent there.
    let inbox = ReplyInbox()
    /// Of a worker.
    let firstDeliveries = FirstDeliveries()
    #endif
    /// Of a tq-beat where nothing remembers what it sends.
    let beatNotes = BeatNotes()
    /// Of a worker whose broker remembers nothing.
    let inHand = TasksInHand()

    package init(_ options: CommonOptions) {
        self.options = options
    }

    /// How long to wait for a connection.
    package var connectTimeout: Duration { options.connectTimeout }

    /// Whether finishing a task and storing its result are one step.
    package var brokerHoldsResults: Bool {
        sendsResults || (brokerRemembers && !hasOtherBackend)
    }

    /// Whether the results have a place of their own.
    var hasOtherBackend: Bool { options.broker != options.backend && !sendsResults }

    /// Whether other programs can ask for a result, and later.
    package var keepsResults: Bool { !sendsResults }

    /// Whether results are sent to those who wait for them, and stored nowhere.
    var sendsResults: Bool {
        #if RabbitMQ
        if options.backend == .replies { return true }
        #endif
        return false
    }

    /// Whether the broker keeps more than tasks: results, the ids that were sent, leases.
    package var brokerRemembers: Bool {
        #if RabbitMQ
        if case .amqp = options.broker { return false }
        #endif
        return true
    }

    /// Whether workers tell, again and again, that they live.
    package var hearsOfWorkers: Bool { brokerRemembers || backendRemembers }

    /// Connects to the broker.
    ///
    /// - Parameters:
    ///   - worker: the id under which tasks are held; senders hold none.
    ///   - identity: the worker's, for people; `nil`: it does not say.
    ///   - replyTimeout: how long a broker that has answered before may take for an answer.
    /// - Returns: a connection of its own.
    /// - Throws: ``BrokerError`` if it cannot be reached.
    package func openBroker(
        worker: String = "",
        identity: WorkerIdentity? = nil,
        replyTimeout: Duration = .seconds(30)
    ) throws(BrokerError) -> any Broker {
        let broker = try open(
            worker,
            identity,
            timeout: options.connectTimeout,
            replyTimeout: replyTimeout
        )
        return withMemory(broker) { () throws(BrokerError) in
            try openMemory(replyTimeout: min(replyTimeout, Lease.renewalInterval))
        }
    }

    /// Connects to the broker in order to inspect or manage it.
    ///
    /// - Returns: a connection of its own.
    /// - Throws: ``BrokerError`` if it cannot be reached.
    package func openAdministration() throws(BrokerError) -> any Broker {
        try openRemembering(timeout: options.connectTimeout, replyTimeout: .seconds(10))
    }

    /// Connects to the broker only to send.
    ///
    /// - Parameters:
    ///   - timeout: for connecting, and for the first answer.
    ///   - replyTimeout: how long a broker that has answered before may take for an answer.
    ///   - end: when nobody waits for anything any more, not even for the lock of a file; `nil`: as long as the
    ///     timeouts allow.
    ///   - readsResults: whether results are read that may come before they are asked for.
    /// - Returns: a connection of its own.
    /// - Throws: ``BrokerError`` if it cannot be reached.
    package func openSender(
        timeout: Duration,
        replyTimeout: Duration = .seconds(30),
        until end: Instant? = nil,
        readsResults: Bool = false
    ) throws(BrokerError) -> any Broker {
        let broker = try open(
            timeout: timeout,
            replyTimeout: replyTimeout,
            until: end,
            readsResults: readsResults
        )
        return withMemory(broker) { () throws(BrokerError) in
            try openMemory(timeout: timeout, replyTimeout: replyTimeout, until: end)
        }
    }

    /// Connects to the broker, or to one at another `location`.
    func open(
        at location: Location? = nil,
        _ worker: String = "",
        _ identity: WorkerIdentity? = nil,
        timeout: Duration,
        replyTimeout: Duration = .seconds(30),
        until end: Instant? = nil,
        readsResults: Bool = false
    ) throws(BrokerError) -> any Broker {
        let location = location ?? options.broker
        let holdsResults = location == options.backend
        switch location {
        #if SQLite
        case .sqlite(let path):
            return try SQLiteBroker(
                path: path,
                worker: worker,
                resultLifetime: options.resultLifetime,
                holdsResults: holdsResults,
                identity: identity,
                // A worker tries again, and looks at its orders in between.
                lockTimeout: worker.isEmpty
                    ? replyTimeout : min(replyTimeout, Lease.renewalInterval),
                lockDeadline: end
            )
        #endif
        #if Redis
        case .redis(let address):
            return try RedisBroker(
                address,
                worker: worker,
                timeout: timeout,
                replyTimeout: replyTimeout,
                until: end,
                resultLifetime: options.resultLifetime,
                holdsResults: holdsResults,
                identity: identity
            )
        #endif
        #if RabbitMQ
        case .amqp(let address):
            return try AMQPBroker(
                address,
                worker: worker,
                timeout: Self.time(timeout, until: end),
                replyTimeout: Self.time(replyTimeout, until: end),
                declaring: options.declaration,
                sendsResults: sendsResults,
                replies: sendsResults && readsResults ? replyAddress : nil,
                remembering: firstDeliveries
            )
        case .replies: throw Self.noPlace(location)
        #endif
        }
    }

    #if RabbitMQ
    /// So long, or what is left until nobody waits any more.
    static func time(_ duration: Duration, until end: Instant?) -> Duration {
        end.map { min(duration, max($0 - .now, .milliseconds(1))) } ?? duration
    }

    #endif

    /// Keeps a worker's lease, or tells that it lives: a missing answer is given up before the lease runs out.
    ///
    /// Only if ``hearsOfWorkers``.
    package func connectHeartbeat(
        _ worker: String,
        _ identity: WorkerIdentity
    ) throws(BrokerError) -> any LeaseKeeper {
        guard brokerRemembers else {
            let memory = fleetMemory { () throws(BrokerError) in
                try openMemory(replyTimeout: Lease.renewalInterval)
            }
            return WorkerPresence(in: memory, of: worker, identity, running: inHand)
        }
        return try openBroker(
            worker: worker,
            identity: identity,
            replyTimeout: Lease.renewalInterval
        ).requiring(.leaseKeeper)
    }

    /// Everything that a worker needs, connected, with its lease taken if the broker keeps leases.
    ///
    /// A half-open connection is given up before the lease runs out.
    package func connectWorker(
        _ worker: String,
        _ identity: WorkerIdentity,
        queues: [QueueName]
    ) throws(BrokerError) -> BrokerConnection {
        let broker = try openBroker(
            worker: worker,
            identity: identity,
            replyTimeout: .seconds(9)
        )
        let leases = broker.leaseKeeper
        _ = try leases?.renewLease(holding: [], serving: queues)
        return BrokerConnection(
            broker: broker,
            backend: brokerHoldsResults ? nil : try openBackend(lockTimeout: Lease.renewalInterval),
            arrivals: try broker.watchArrivals(on: queues),
            leases: leases,
            keepAlive: broker.keepAlive
        )
    }
}
