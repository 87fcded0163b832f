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

extension Transports {
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

    /// Why a chord cannot be sent where results are not kept.
    package var cannotCountChords: BrokerError {
        .misconfigured(url: "\(options.backend)", reason: Canvas.uncounted)
    }

    #if RabbitMQ
    /// Of a location where nothing is stored.
    static func noPlace(_ location: Location) -> BrokerError {
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
}
