internal import Synchronization
package import TaskQueue

/// A broker on a RabbitMQ server, as Celery uses it (`celery-wire`, section 10).
///
/// - Its connection is the lease: what was delivered over it comes back when it ends, and is acknowledged over
///   it alone.
/// - Sending is confirmed by the server before a call returns. Finishing sends what comes next and acknowledges in
///   one transaction: RabbitMQ carries out all of it once it was told to, and none if the connection is lost before.
/// - It remembers nothing: results, keys, revocations and the records of beat are elsewhere.
package final class AMQPBroker: Broker {
    package let kind = "RabbitMQ"
    /// Whether results are sent to those who wait for them, with `rpc://`.
    package let holdsResults: Bool
    package internal(set) var suspectsLeft = SuspectsLeft.none
    /// The server tells when something falls due, but for what waits here.
    package var nextDue: Timestamp? {
        doubted.nextEnd.map { now + max($0 - .now, .zero) }
    }

    /// Of queues that are declared for the first time.
    let declaration: QueueDeclaration
    /// Where the results of what it sends go, with `rpc://`, and are read; `nil`: nowhere.
    let replies: ReplyAddress?
    var isReplyDeclared = false
    /// Whether it was given the lead: see ``LeaderElection``.
    var isLeading = false
    let connection: AMQPConnection
    /// Tells the deliveries of this connection from those of others.
    let serial: String

    /// Queues that were seen or declared.
    var knownQueues: Set<QueueName> = []
    /// Queues to which delayed messages find their way.
    var delayedQueues: Set<QueueName> = []
    var confirms = Confirms()
    /// Why the server takes no messages now; `nil`: it takes them.
    var blockade: String?

    /// What has come and was not asked for yet.
    var arrived: [Delivery] = []
    /// What has come, and may run elsewhere.
    var doubted: Doubt
    let firstDeliveries: FirstDeliveries
    /// The ids of tasks that run here, and came over earlier connections.
    var claimed: Set<String> = []
    /// When to say so again; `nil`: there are none.
    var claimsDue: Instant?
    /// What has come of a consumer that is no more.
    private var strays: [UInt64] = []
    /// Of what the worker holds.
    var held: Holding
    /// What was asked for last; `nil`: the answer is on its way.
    private var answer: Answer?
    /// The queues that are consumed, by the tags of their consumers.
    var consumed: [String: QueueName] = [:]
    /// Those of them that several nodes keep, as far as it was looked up: see ``QueueKind``.
    var quorumQueues: Set<QueueName> = []
    /// The queues whose kind is known.
    var typedQueues: Set<QueueName> = []
    /// `nil`: one limit is for all consumers together.
    var credits: Credits?
    var lastConsumer = 0
    /// Whether nothing is consumed, though tasks are wanted, until it is asked for again.
    var isInterrupted = false
    /// The dead letters that were looked at, by their queue's name: they are held by this connection meanwhile.
    var letters: [QueueName: [HeldLetter]] = [:]
    /// How many tasks are wanted beside those that are held.
    var wanted = 0
    /// Since when something has come that is not wanted; `nil`: nothing has.
    var surplusSince: Instant?
    /// How much may be on its way or in our hands; 0: not set.
    var limit = 0
    /// Whether more may come than before, which a queue learns a moment later.
    var hasRaisedLimit = false
    /// Whether what the channel for taking was told last has taken effect.
    var isCommitted = true
    /// The routing keys of messages that no queue has taken of what was published over that channel.
    var returned: Set<String> = []
    /// Messages to be sent again, whose queues were deleted on their way.
    var unsent: [Parcel] = []
    var rotation = QueueRotation()

    /// - Parameters:
    ///   - address: of the server.
    ///   - worker: for people who look at its connections; empty: a sender.
    ///   - timeout: for connecting.
    ///   - replyTimeout: for each answer.
    ///   - declaration: of queues that are not there yet.
    ///   - sendsResults: whether a worker sends results to those who wait for them, and stores none.
    ///   - replies: where the results of what is sent go, if somebody is to read them.
    ///   - firstDeliveries: of this worker, over earlier connections too.
    /// - Throws: ``BrokerError`` if it cannot be reached.
    package convenience init(
        _ address: AMQPAddress,
        worker: String = "",
        timeout: Duration = .seconds(10),
        replyTimeout: Duration = .seconds(30),
        declaring declaration: QueueDeclaration = QueueDeclaration(),
        sendsResults: Bool = false,
        replies: ReplyAddress? = nil,
        remembering firstDeliveries: FirstDeliveries = FirstDeliveries()
    ) throws(BrokerError) {
        try self.init(
            address,
            worker: worker,
            timeout: timeout,
            replyTimeout: replyTimeout,
            declaring: declaration,
            sendsResults: sendsResults,
            replies: replies,
            remembering: firstDeliveries,
            timing: Timing()
        )
    }

    init(
        _ address: AMQPAddress,
        worker: String = "",
        timeout: Duration = .seconds(10),
        replyTimeout: Duration = .seconds(30),
        declaring declaration: QueueDeclaration = QueueDeclaration(),
        sendsResults: Bool = false,
        replies: ReplyAddress? = nil,
        remembering firstDeliveries: FirstDeliveries = FirstDeliveries(),
        timing: Timing
    ) throws(BrokerError) {
        connection = try AMQPConnection(
            address,
            name: worker.isEmpty ? "tq" : "tq \(worker)",
            timeout: timeout,
            replyTimeout: replyTimeout
        )
        serial = UUIDText.random()
        (held, doubted) = (timing.holding, timing.doubt)
        self.firstDeliveries = firstDeliveries
        self.declaration = declaration
        (holdsResults, self.replies) = (sendsResults, replies)
    }

    /// Carries something out, and says what went wrong as other brokers do.
    func reporting<Value>(
        _ body: () throws(AMQPFailure) -> Value
    ) throws(BrokerError) -> Value {
        do throws(AMQPFailure) { return try body() } catch {
            // A queue may be gone, and a way to it.
            if error.kind == .channelClosed { (knownQueues, delayedQueues) = ([], []) }
            throw error.afterwards(connection.url)
        }
    }
}

// MARK: - Queues

extension AMQPBroker {
    /// Declares a queue as Celery does, unless it is there: then it is used as it is.
    ///
    /// - Returns: whether it was.
    @discardableResult
    func declare(_ queue: QueueName) throws(AMQPFailure) -> Bool {
        guard !knownQueues.contains(queue) else { return true }
        let wasThere = try isThere(queue.text)
        if !wasThere {
            try declareExchange(of: queue)
            var arguments =
                declaration.maxPriority.map { [("x-max-priority", JSONText.number($0))] } ?? []
            if declaration.isQuorum {
                arguments = [("x-queue-type", JSONText(string: "quorum"))]
                quorumQueues.insert(queue)
            }
            try connection.declareQueue(queue.text, arguments: arguments)
            try connection.bindQueue(queue.text, to: queue.text, key: queue.text)
        }
        knownQueues.insert(queue)
        return wasThere
    }

    /// One that is there may be of any type: what tq sends goes past it.
    private func declareExchange(of queue: QueueName) throws(AMQPFailure) {
        do throws(AMQPFailure) {
            let type = declaration.exchangeType(of: queue)
            try connection.declareExchange(queue.text, type: type)
        } catch
            where error.kind == .channelClosed && error.code == AMQPFailure.Code.preconditionFailed
        {}
    }

    func isThere(_ queue: String) throws(AMQPFailure) -> Bool { try countReady(queue) != nil }

    /// How many messages are ready in a queue; `nil` if it is not there.
    func countReady(_ queue: String) throws(AMQPFailure) -> Int? {
        do throws(AMQPFailure) {
            return try connection.declareQueue(queue, arguments: nil)
        } catch  where error.isNotFound {
            return nil
        }
    }
}

extension AMQPBroker: QueueCounting {
    package func count(waitingIn queue: QueueName) throws(BrokerError) -> Int {
        try reporting { () throws(AMQPFailure) in try countReady(queue.text) ?? 0 }
    }
}

// MARK: - Events

extension AMQPBroker {
    /// Reads what the server has said, without waiting for more.
    func readEvents() throws(AMQPFailure) {
        while let event = try connection.next(within: .zero) { handle(event) }
        guard !strays.isEmpty else { return }
        while let stray = strays.popLast() { try putBack(stray) }
        try commit()
    }

    /// Waits for the server's next word.
    ///
    /// - Throws: also if it says nothing in time.
    func awaitEvent(for what: String) throws(AMQPFailure) {
        guard let event = try connection.next(within: connection.replyTimeout) else {
            throw AMQPFailure(silence: "no answer within \(connection.replyTimeout): \(what)")
        }
        handle(event)
    }

    /// The first message of a queue, or that there is none.
    private enum Answer {
        case message(AMQPEvent.Delivered)
        case none
    }

    /// Asks for the first message of a queue.
    ///
    /// - Returns: `nil` if there is none.
    func fetch(
        _ queue: String,
        over channel: AMQPConnection.Channel
    ) throws(AMQPFailure) -> AMQPEvent.Delivered? {
        answer = nil
        try connection.fetch(queue, over: channel)
        while true {
            switch answer {
            case .message(let message): return message
            case .some(.none): return nil
            case nil: try awaitEvent(for: "whether a message is there")
            }
        }
    }

    /// Takes the first message off a queue.
    ///
    /// - Returns: whether there was one.
    func drop(from queue: String) throws(AMQPFailure) -> Bool {
        try fetch(queue, over: .asking) != nil
    }

    func handle(_ event: AMQPEvent) {
        switch event {
        case .delivered(let message):
            guard let queue = consumed[message.consumer] else { return strays.append(message.tag) }
            credits?.delivered(message.tag, to: message.consumer)
            let delivery = Delivery(
                tag: DeliveryTag.text(serial, message),
                queue: queue,
                content: message.content,
                losses: message.count.losses,
                comesAgain: message.count.comesAgain,
                standing: message.count.isPoison ? .poison : .open
            )
            doubt(delivery)
        case .confirmed(let tag, let isMultiple): confirms.settle(tag, isMultiple, isStored: true)
        case .refused(let tag, let isMultiple): confirms.settle(tag, isMultiple, isStored: false)
        case .returned(let key):
            if isCommitted { confirms.returned = key } else { returned.insert(key) }
        case .cancelled(let consumer):
            // Somebody has deleted the queue of those that lead.
            if consumer.hasPrefix(Self.lead("")) { isLeading = false }
            if let queue = consumed.removeValue(forKey: consumer) {
                knownQueues.remove(queue)
                delayedQueues.remove(queue)
                typedQueues.remove(queue)
                credits?.remove(consumer)
                isInterrupted = wanted > 0
            }
        case .blocked(let reason): blockade = reason
        case .unblocked: blockade = nil
        case .fetched(let message): answer = .message(message)
        case .empty: answer = .some(.none)
        case .committed: isCommitted = true
        case .other: break
        }
    }
}

// MARK: - Staying connected

extension AMQPBroker: KeepAlive {
    package var descriptor: Int32 { connection.descriptor }

    package var deadline: Instant {
        [connection.deadline, held.nextLook, doubted.nextEnd, claimsDue, surplusEnd]
            .compactMap(\.self).min() ?? .now + held.patience
    }

    package func tend() throws(BrokerError) {
        try reporting { () throws(AMQPFailure) in
            try readEvents()
            try giveBackSurplus()
        }
        if let look = held.nextLook, look <= .now { try renewCopies(at: .now) }
        if let claimsDue, claimsDue <= .now { try renewClaims() }
        try giveUpDoubts()
    }
}
