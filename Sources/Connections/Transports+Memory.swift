internal import TaskQueue

#if RabbitMQ
internal import AMQPTransport
#endif

/// A place of the results that remembers what the broker does not.
extension Transports {
    /// Whether the place of the results remembers what the broker does not: which queues are paused, which tasks
    /// revoked, who holds unique keys, which workers live.
    var backendRemembers: Bool { !brokerRemembers && hasOtherBackend }

    /// Connects to the broker and, if that remembers nothing, to the place of the results, which does so for it.
    func openRemembering(
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
    func withMemory(
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

    func fleetMemory(
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
    func openMemory(
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
}
