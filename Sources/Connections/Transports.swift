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
    private let options: CommonOptions
    /// Where a sender that waits for results hears of those that are sent and not stored: for its messages, and
    /// for what ``openResults(decompress:replyTimeout:until:areOthers:)`` connects to.
    package let replyAddress = ReplyAddress()
    #if RabbitMQ
    /// What was sent there.
    private let inbox = ReplyInbox()
    /// Of a worker.
    private let firstDeliveries = FirstDeliveries()
    #endif
    /// Of a tq-beat where nothing remembers what it sends.
    private let beatNotes = BeatNotes()
    /// Of a worker whose broker remembers nothing.
    private let inHand = TasksInHand()

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
    private var hasOtherBackend: Bool { options.broker != options.backend && !sendsResults }

    /// Whether other programs can ask for a result, and later.
    package var keepsResults: Bool { !sendsResults }

    /// Whether results are sent to those who wait for them, and stored nowhere.
    private var sendsResults: Bool {
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

    /// Whether the place of the results remembers what the broker does not: which queues are paused, which tasks
    /// revoked, who holds unique keys, which workers live.
    private var backendRemembers: Bool { !brokerRemembers && hasOtherBackend }

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

    /// Connects to the broker to send periodic tasks.
    ///
    /// A half-open connection is given up before the lease has run out for long.
    ///
    /// - Parameter needsMemory: whether what was sent has to be remembered when this process has ended.
    /// - Returns: a connection of its own.
    /// - Throws: ``BrokerError`` if it cannot be reached, or remembers nothing and has to.
    package func openBeat(needsMemory: Bool = false) throws(BrokerError) -> any BeatStore {
        let broker = try openRemembering(
            timeout: options.connectTimeout,
            replyTimeout: BeatLease.length
        )
        guard broker.beatStore == nil, !needsMemory, let election = broker.leaderElection else {
            return try broker.requiring(.beatStore)
        }
        return ForgetfulBeat(broker, election, beatNotes, of: "\(options.broker)")
    }

    /// What an operator of a tq-beat should know from the start, a sentence each.
    package var beatWarnings: [String] {
        brokerRemembers || backendRemembers
            ? []
            : [
                "nothing remembers what tq-beat has sent: what falls due while none runs is not sent, and as another "
                    + "takes over a firing may be missing, or sent twice under one id; results in SQLite or Redis "
                    + "remember it: name a URL with --result-backend, $TQ_RESULT_BACKEND or result_backend in tq.toml"
            ]
    }

    /// Connects to the broker only to look which live entries it has.
    ///
    /// - Parameter timeout: for connecting and the first answer, unless that of the options is shorter.
    /// - Returns: a connection of its own; `nil`: the broker is a file that does not exist, or keeps no entries.
    /// - Throws: ``BrokerError`` if it cannot be reached.
    package func openLiveEntries(
        within timeout: Duration
    ) throws(BrokerError) -> (any LiveEntryStore)? {
        #if SQLite
        if case .sqlite(let path) = options.broker, access(path, F_OK) != 0 { return nil }
        #endif
        return try openRemembering(
            timeout: min(timeout, options.connectTimeout),
            replyTimeout: timeout
        ).liveEntryStore
    }

    /// Connects to the broker and, if that remembers nothing, to the place of the results, which does so for it.
    private func openRemembering(
        timeout: Duration,
        replyTimeout: Duration
    ) throws(BrokerError) -> any Broker {
        let broker = try open(timeout: timeout, replyTimeout: replyTimeout)
        guard backendRemembers else { return broker }
        let memory = try openMemory(
            UUIDText.random(),
            timeout: timeout,
            replyTimeout: replyTimeout
        )
        return try BrokerWithOutbox(
            withMemory(broker) { () throws(BrokerError) in memory },
            remembering: memory,
            for: "\(options.broker)"
        )
    }

    /// The broker, with what is remembered for it if it remembers nothing itself.
    private func withMemory(
        _ broker: any Broker,
        _ memory: @escaping () throws(BrokerError) -> any Broker
    ) -> any Broker {
        guard backendRemembers else { return broker }
        return BrokerWithMemory(
            broker,
            remembering: fleetMemory(in: memory),
            holding: inHand
        ) { () throws(BrokerError) in try openBackend() }
    }

    private func fleetMemory(
        in memory: @escaping () throws(BrokerError) -> any Broker
    ) -> FleetMemory {
        var place = ""
        #if RabbitMQ
        if case .amqp(let address) = options.broker { place = address.vhost }
        #endif
        return FleetMemory(of: place) { () throws(BrokerError) in
            try memory().requiring(.recordStore)
        }
    }

    /// Connects to the place of the results as to a broker that remembers for another.
    private func openMemory(
        _ worker: String = "",
        timeout: Duration? = nil,
        replyTimeout: Duration,
        until end: Instant? = nil
    ) throws(BrokerError) -> any Broker {
        try open(
            at: options.backend,
            worker,
            timeout: timeout ?? options.connectTimeout,
            replyTimeout: replyTimeout,
            until: end
        )
    }

    /// Connects to the broker, or to one at another `location`.
    private func open(
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
    private static func time(_ duration: Duration, until end: Instant?) -> Duration {
        end.map { min(duration, max($0 - .now, .milliseconds(1))) } ?? duration
    }

    /// Of a location where nothing is stored.
    private static func noPlace(_ location: Location) -> BrokerError {
        let what =
            location == .replies
            ? "results are sent to the program that sent the task, and are kept nowhere"
            : "RabbitMQ keeps no results"
        return .misconfigured(
            url: "\(location)",
            reason: "\(what): name an sqlite: or redis:// URL for them with --result-backend, "
                + "$TQ_RESULT_BACKEND or result_backend in tq.toml"
        )
    }
    #endif

    /// Connects to the result backend.
    ///
    /// - Parameters:
    ///   - decompress: for records that Celery has compressed; `nil`: they cannot be read.
    ///   - lockTimeout: how long to wait for the lock that another program holds of a file.
    ///   - end: when nobody waits for anything any more; `nil`: as long as the timeouts allow.
    /// - Returns: a connection of its own.
    /// - Throws: ``BrokerError`` if it cannot be reached.
    package func openBackend(
        decompress: Decompressor? = nil,
        lockTimeout: Duration = .seconds(30),
        until end: Instant? = nil
    ) throws(BrokerError) -> any ResultBackend {
        try open(options.backend, decompress, .seconds(30), lockTimeout, end)
    }

    /// Deletes the results and revocations of tasks whose ids are sent again, if results are not with the broker;
    /// `nil`:
    /// they are, and the broker does it as it sends.
    package var forgetting: (([TaskID]) throws(BrokerError) -> Void)? {
        guard hasOtherBackend else { return nil }
        return { ids throws(BrokerError) in
            try openBackend().renew(ids)
            guard backendRemembers else { return }
            let memory = fleetMemory { () throws(BrokerError) in
                try openMemory(replyTimeout: .seconds(30))
            }
            try memory.forgetRevocations(of: ids)
        }
    }

    /// Connects to the result backend in order to know also what was sent and has not ended.
    ///
    /// - Parameters:
    ///   - decompress: for records that Celery has compressed; `nil`: they cannot be read.
    ///   - replyTimeout: how long a server that has answered before may take for an answer.
    ///   - end: when nobody waits for anything any more; `nil`: as long as the timeouts allow.
    ///   - areOthers: whether they are of tasks that another program may have sent.
    /// - Returns: a connection of its own.
    /// - Throws: ``BrokerError`` if it cannot be reached.
    package func openResults(
        decompress: Decompressor?,
        replyTimeout: Duration = .seconds(30),
        until end: Instant? = nil,
        areOthers: Bool = false
    ) throws(BrokerError) -> any ResultBackend {
        #if RabbitMQ
        if areOthers, sendsResults { throw Self.noPlace(options.backend) }
        #endif
        let lockTimeout = end.map { min(max($0 - .now, .zero), replyTimeout) } ?? replyTimeout
        let results = try open(options.backend, decompress, replyTimeout, lockTimeout, end)
        if brokerHoldsResults { return results }
        guard brokerRemembers else { return SplitResults(results, openBroker: nil) }
        return SplitResults(results) { () throws(BrokerError) in
            try open(options.broker, nil, replyTimeout, lockTimeout, end)
        }
    }

    private func open(
        _ location: Location,
        _ decompress: Decompressor?,
        _ replyTimeout: Duration,
        _ lockTimeout: Duration,
        _ end: Instant?
    ) throws(BrokerError) -> any ResultBackend {
        switch location {
        #if SQLite
        case .sqlite(let path):
            return try SQLiteResultBackend(
                path: path,
                resultLifetime: options.resultLifetime,
                lockTimeout: lockTimeout
            )
        #endif
        #if Redis
        case .redis(let address):
            return try RedisResultBackend(
                address,
                timeout: options.connectTimeout,
                replyTimeout: replyTimeout,
                until: end,
                resultLifetime: options.resultLifetime,
                decompress: decompress.map(limited)
            )
        #endif
        #if RabbitMQ
        case .replies:
            guard case .amqp(let address) = options.broker else { throw Self.noPlace(location) }
            return try AMQPReplies(
                address,
                replyAddress,
                into: inbox,
                timeout: Self.time(options.connectTimeout, until: end),
                replyTimeout: Self.time(replyTimeout, until: end)
            )
        case .amqp: throw Self.noPlace(location)
        #endif
        }
    }

    /// Decompresses as far as the settings let results grow.
    private func limited(_ decompress: @escaping Decompressor) -> Decompressor {
        { [limit = options.decompressedLimit] bytes, compression, most in
            decompress(bytes, compression, min(limit, most))
        }
    }

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
