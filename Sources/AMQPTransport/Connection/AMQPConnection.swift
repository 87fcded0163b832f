internal import CRabbitMQ
internal import Glibc
internal import TaskQueue

/// A connection to a RabbitMQ server, for one thread, with channels for each purpose: what closes one of them by a mistake, a
/// question after a queue that is not there above all, leaves the others as they are.
final class AMQPConnection {
    enum Channel: Int32 {
        /// What is taken comes over it. What is acknowledged and published over it takes effect together.
        case taking = 1
        /// Messages are published over it, and confirmed.
        case publishing = 2
        /// Queues are declared and counted over it.
        case asking = 3
        /// Results come over it.
        case replies = 4
    }

    /// What is waited for longest where nothing else is said.
    let replyTimeout: Duration
    /// Without its password.
    let url: String
    private let state: amqp_connection_state_t
    private var openChannels: Set<Int32> = []
    private var isBroken = false
    /// When the server was heard of last.
    private var lastTended = Instant.now
    private let heartbeat: Duration

    /// Connects to the first node of an address that lets us in.
    ///
    /// - Throws: ``BrokerError`` of the last one.
    init(
        _ address: AMQPAddress,
        name: String,
        timeout: Duration,
        replyTimeout: Duration
    ) throws(BrokerError) {
        url = "\(address)"
        self.replyTimeout = replyTimeout
        var failure: BrokerError?
        var opened: amqp_connection_state_t?
        for host in address.hosts {
            do throws(AMQPFailure) {
                opened = try Self.open(address, host, name, timeout, replyTimeout)
                break
            } catch {
                let error = error.whileConnecting(to: "\(address)", vhost: address.vhost)
                failure = error
                if !error.mayPass { throw error }
            }
        }
        guard let opened else {
            throw failure ?? .unreachable(url: url, reason: "it names no host")
        }
        state = opened
        heartbeat = .seconds(Int(tq_amqp_heartbeat(opened)))
    }

    deinit {
        tq_amqp_close(state, !isBroken)
    }

    private static func open(
        _ address: AMQPAddress,
        _ host: AMQPAddress.Host,
        _ name: String,
        _ timeout: Duration,
        _ replyTimeout: Duration
    ) throws(AMQPFailure) -> amqp_connection_state_t {
        var error = tq_amqp_error()
        var settings = tq_amqp_settings()
        settings.port = Int32(host.port)
        settings.heartbeat = Int32(address.heartbeat)
        settings.frame_max = 131_072
        settings.connect_timeout = milliseconds(timeout)
        settings.reply_timeout = milliseconds(replyTimeout)
        let opened = withCStrings([
            host.name, address.vhost, address.user, address.password, name,
            address.tls?.authorities,
            address.tls?.certificate, address.tls.flatMap { $0.key ?? $0.certificate },
        ]) { texts in
            settings.host = texts[0]
            settings.vhost = texts[1]
            settings.user = texts[2]
            settings.password = texts[3]
            settings.name = texts[4]
            settings.authorities = texts[5]
            settings.certificate = texts[6]
            settings.key = texts[7]
            settings.uses_tls = address.tls != nil
            settings.verifies = address.tls?.verifiesCertificate ?? false
            settings.checks_host = address.tls?.checksHostname ?? false
            return tq_amqp_open(&settings, &error)
        }
        guard let opened else { throw AMQPFailure(error) }
        return opened
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        Int32(clamping: max(1, duration.microseconds / 1000))
    }
}

/// Lends texts as C strings; `nil` as a null pointer.
private func withCStrings<Value>(
    _ texts: [String?],
    _ body: ([UnsafePointer<CChar>?]) -> Value
) -> Value {
    let copies = texts.map { $0.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { $0.map { UnsafePointer($0) } })
}

// MARK: - Calls

extension AMQPConnection {
    private typealias Call = (
        amqp_connection_state_t, Int32, UnsafeMutablePointer<tq_amqp_error>
    ) -> Bool

    /// Does something on a channel, which is opened first if it is not.
    private func call(_ channel: Channel, _ body: Call) throws(AMQPFailure) {
        if !openChannels.contains(channel.rawValue) { try open(channel) }
        try check(channel, body)
    }

    private func check(_ channel: Channel, _ body: Call) throws(AMQPFailure) {
        var error = tq_amqp_error()
        guard body(state, channel.rawValue, &error) else { throw failed(error, channel.rawValue) }
    }

    private func failed(_ error: tq_amqp_error, _ channel: Int32) -> AMQPFailure {
        let failure = AMQPFailure(error)
        if failure.isUnfit { return failure }
        guard failure.kind == .channelClosed, channel != Channel.taking.rawValue else {
            // With the channel for taking goes all that came over it.
            isBroken = true
            return failure.breaking
        }
        openChannels.remove(channel)
        return failure
    }

    private func open(_ channel: Channel) throws(AMQPFailure) {
        try check(channel) { tq_amqp_open_channel($0, $1, $2) }
        openChannels.insert(channel.rawValue)
        switch channel {
        case .taking: try check(channel) { tq_amqp_select_transactions($0, $1, $2) }
        case .publishing: try check(channel) { tq_amqp_select_confirms($0, $1, $2) }
        case .asking, .replies: break
        }
    }

    func isOpen(_ channel: Channel) -> Bool { openChannels.contains(channel.rawValue) }

    /// Declares a queue, or asks for one that has to be there, if `arguments` is `nil`, with whatever arguments.
    ///
    /// - Returns: how many messages are ready in it.
    /// - Throws: ``AMQPFailure``, with ``AMQPFailure/Code/notFound`` if it is not there.
    @discardableResult
    func declareQueue(
        _ name: String,
        arguments: [(key: String, value: JSONText)]?
    ) throws(AMQPFailure) -> Int {
        let tables = AMQPTables()
        var waiting: UInt32 = 0
        try call(.asking) {
            tq_amqp_declare_queue(
                $0,
                $1,
                tables.text(name),
                arguments == nil,
                tables.table((arguments ?? []).map { ($0.key, tables.value($0.value)) }),
                &waiting,
                nil,
                $2
            )
        }
        return Int(waiting)
    }

    func hasExchange(_ name: String) throws(AMQPFailure) -> Bool {
        let tables = AMQPTables()
        do throws(AMQPFailure) {
            try call(.asking) { tq_amqp_find_exchange($0, $1, tables.text(name), $2) }
            return true
        } catch  where error.isNotFound {
            return false
        }
    }

    func declareExchange(_ name: String, type: String) throws(AMQPFailure) {
        let tables = AMQPTables()
        try call(.asking) {
            tq_amqp_declare_exchange($0, $1, tables.text(name), type, $2)
        }
    }

    func bindQueue(_ queue: String, to exchange: String, key: String) throws(AMQPFailure) {
        let tables = AMQPTables()
        try call(.asking) {
            tq_amqp_bind_queue(
                $0,
                $1,
                tables.text(queue),
                tables.text(exchange),
                tables.text(key),
                $2
            )
        }
    }

    func bindExchange(_ exchange: String, to source: String, key: String) throws(AMQPFailure) {
        let tables = AMQPTables()
        try call(.asking) {
            tq_amqp_bind_exchange(
                $0,
                $1,
                tables.text(exchange),
                tables.text(source),
                tables.text(key),
                $2
            )
        }
    }

    func deleteQueue(_ name: String) throws(AMQPFailure) {
        let tables = AMQPTables()
        try call(.asking) { tq_amqp_delete_queue($0, $1, tables.text(name), $2) }
    }

    /// Asks for the first message of a queue: ``AMQPEvent/fetched(_:)``, or ``AMQPEvent/empty``.
    ///
    /// Over the channel for asking it is gone then, over that for taking it is to be acknowledged.
    func fetch(_ queue: String, over channel: Channel) throws(AMQPFailure) {
        let tables = AMQPTables()
        try call(channel) {
            tq_amqp_get($0, $1, tables.text(queue), channel == .asking, $2)
        }
    }

    /// Has the server send messages of a queue over the channel for taking.
    func consume(
        _ queue: String,
        as tag: String,
        isExclusive: Bool = false
    ) throws(AMQPFailure) {
        let tables = AMQPTables()
        try call(.taking) {
            tq_amqp_consume(
                $0,
                $1,
                tables.text(queue),
                tables.text(tag),
                false,
                isExclusive,
                $2
            )
        }
    }

    /// Declares a queue that goes when nobody has consumed it for a time.
    ///
    /// - Returns: how many consume it.
    func countConsumers(
        of queue: String,
        expiresAfter time: Duration
    ) throws(AMQPFailure) -> Int {
        let tables = AMQPTables()
        var consumers: UInt32 = 0
        let expiry = tables.value(.number(Int(time.microseconds / 1000)))
        try call(.asking) {
            tq_amqp_declare_queue(
                $0,
                $1,
                tables.text(queue),
                false,
                tables.table([("x-expires", expiry)]),
                nil,
                &consumers,
                $2
            )
        }
        return Int(consumers)
    }

    /// Has the server send the results in a queue, each once.
    func listen(_ queue: String) throws(AMQPFailure) {
        let tables = AMQPTables()
        try call(.replies) {
            tq_amqp_consume($0, $1, tables.text(queue), tables.text("tq"), true, false, $2)
        }
    }

    func cancel(_ tag: String) throws(AMQPFailure) {
        let tables = AMQPTables()
        try call(.taking) { tq_amqp_cancel($0, $1, tables.text(tag), $2) }
    }

    /// How many messages may be on their way to us or in our hands.
    ///
    /// - Parameters:
    ///   - count: 0: as many as there are.
    ///   - isForAll: for all consumers together, else for each that is made from now on.
    /// - Throws: ``AMQPFailure``.
    func limit(to count: Int, isForAll: Bool) throws(AMQPFailure) {
        try call(.taking) { tq_amqp_qos($0, $1, Int32(clamping: count), isForAll, $2) }
    }

    func publish(
        _ message: borrowing AMQPMessage,
        to exchange: String,
        key: String,
        over channel: Channel,
        mandatory: Bool = true
    ) throws(AMQPFailure) {
        let (tables, properties, body) = (message.tables, message.properties, message.body)
        try call(channel) { state, channel, error in
            withUnsafePointer(to: properties) {
                tq_amqp_publish(
                    state,
                    channel,
                    tables.text(exchange),
                    tables.text(key),
                    mandatory,
                    $0,
                    body,
                    error
                )
            }
        }
    }

    /// Acknowledges a message, with the next ``commit()``.
    func acknowledge(_ tag: UInt64) throws(AMQPFailure) {
        try call(.taking) { tq_amqp_ack($0, $1, tag, $2) }
    }

    /// Puts a message back where it was, as far as the server can, with the next ``commit()``.
    func giveBack(_ tag: UInt64) throws(AMQPFailure) {
        try call(.taking) { tq_amqp_nack($0, $1, tag, $2) }
    }

    /// Has what was acknowledged, put back and published over the channel for taking take effect, all of it or, if
    /// the connection is lost, perhaps none: ``AMQPEvent/committed`` says that it has.
    func commit() throws(AMQPFailure) {
        try call(.taking) { tq_amqp_commit($0, $1, $2) }
    }
}

// MARK: - Events

extension AMQPConnection {
    /// Becomes readable when the server has said something.
    var descriptor: Int32 { tq_amqp_descriptor(state) }

    /// Whether ``next(within:)`` has something without asking the socket.
    var hasInput: Bool { tq_amqp_has_input(state) }

    /// When the server has to hear of us at the latest; `nil`: it does not ask for it.
    var deadline: Instant? { heartbeat == .zero ? nil : lastTended + heartbeat / 3 }

    /// Waits for what the server says next, and keeps the connection alive meanwhile.
    ///
    /// - Returns: `nil` if it says nothing in time.
    func next(within limit: Duration) throws(AMQPFailure) -> AMQPEvent? {
        var event = tq_amqp_event()
        var error = tq_amqp_error()
        lastTended = .now
        let timeout = limit <= .zero ? 0 : Self.milliseconds(limit)
        guard tq_amqp_wait(state, timeout, &event, &error) else {
            throw failed(error, event.channel)
        }
        defer { tq_amqp_free_message(&event) }
        guard event.kind != TQ_AMQP_NOTHING else {
            tq_amqp_release(state)
            return nil
        }
        return AMQPEvent(event)
    }
}
