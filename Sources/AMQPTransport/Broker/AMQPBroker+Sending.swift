package import TaskQueue

extension AMQPBroker: ConfirmedSending {
    /// How many messages are on their way before a confirmation is waited for.
    private static let window = 512

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        guard !messages.isEmpty else { return }
        let parcels = messages.map { Parcel($0.message, $0.queue, $0.eta) }
        try publish(parcels)
    }

    package func sendConfirmed(
        _ messages: [OutgoingMessage],
        sentBefore count: Int,
        progress: (_ stored: Int, _ begun: Int) -> Void
    ) throws(BrokerError) {
        var parcels = messages.map { Parcel($0.message, $0.queue, $0.eta) }
        for index in parcels.indices.prefix(count) { parcels[index].markAsSentBefore() }
        do throws(BrokerError) { try publish(parcels) } catch {
            progress(confirms.stored, confirms.begun)
            throw error
        }
        progress(messages.count, messages.count)
    }

    /// A message on its way to a queue of ours, or to its dead letters.
    struct Parcel {
        var message: Message
        let queue: QueueName
        let eta: Timestamp?
        /// The queue's name, or another.
        var key: String
        /// Beside its own.
        var headers: [(key: String, value: JSONText)] = []
        /// Whether its queue is declared already, or not to be: if there is none, it goes.
        var isOptional = false

        init(_ message: Message, _ queue: QueueName, _ eta: Timestamp?) {
            (self.message, self.queue, self.eta, key) = (message, queue, eta, queue.text)
        }

        /// Says that the message may have been delivered before, as another.
        mutating func markAsSentBefore() {
            message.headers = Redelivery.headers(message.headers, losses: LossCount.doubtful)
        }

        /// Says what the server does not know of a message that is published anew: it was delivered before.
        mutating func markAsRedelivered(_ delivery: Delivery) {
            message.headers = Redelivery.headers(
                message.headers,
                losses: delivery.isSuspect ? delivery.losses : LossCount.doubtful
            )
        }
    }

    /// Publishes messages, and waits until all of them are confirmed.
    func publish(_ parcels: [Parcel]) throws(BrokerError) {
        guard !parcels.isEmpty else { return }
        confirms.begin()
        try prepare(parcels)
        confirms.begin()
        for parcel in parcels {
            try reporting { () throws(AMQPFailure) in
                if !connection.isOpen(.publishing) { confirms.restart() }
                try put(parcel, over: .publishing)
            }
            confirms.publish()
            if confirms.count >= Self.window { try awaitConfirms(downTo: Self.window / 2) }
        }
        try awaitConfirms(downTo: 0)
    }

    /// Looks whether the server takes messages, and declares the queues that they go to.
    func prepare(_ parcels: [Parcel]) throws(BrokerError) {
        for parcel in parcels { try check(parcel) }
        try reporting { () throws(AMQPFailure) in try readEvents() }
        try checkBlockade()
        try reporting { () throws(AMQPFailure) in
            for queue in Set(parcels.filter { !$0.isOptional }.map(\.queue)) { try declare(queue) }
            if let replies, !isReplyDeclared, parcels.contains(where: { !$0.isOptional }) {
                try connection.declareReplies(replies)
                isReplyDeclared = true
            }
        }
    }

    func put(_ parcel: Parcel, over channel: AMQPConnection.Channel) throws(AMQPFailure) {
        let message = AMQPMessage(parcel.message, adding: parcel.headers)
        guard let delay = parcel.eta.flatMap({ NativeDelay(until: $0, from: now) }) else {
            return try connection.publish(
                message,
                to: "",
                key: parcel.key,
                over: channel,
                mandatory: !parcel.isOptional
            )
        }
        try declareDelay(for: parcel.queue)
        try connection.publish(
            message,
            to: NativeDelay.firstExchange,
            key: delay.key(parcel.queue),
            over: channel
        )
    }

    /// Does something that a task leaves behind which has ended.
    ///
    /// What the server does not take stands in the way of that task alone: it is tried again later, over the
    /// same connection, which holds others.
    func inPassing(_ body: () throws(BrokerError) -> Void) throws(BrokerError) {
        do throws(BrokerError) { try body() } catch {
            switch error {
            case .refused(let url, let reason), .noRoom(let url, let reason):
                throw .unusable(url: url, reason: reason)
            default: throw error
            }
        }
    }

    /// - Throws: ``BrokerError`` for a message that the server cannot take.
    private func check(_ parcel: Parcel) throws(BrokerError) {
        try checkDelay(parcel)
        guard parcel.key.utf8.count <= 255, parcel.queue.text.utf8.count <= 255 else {
            throw .unusable(
                url: connection.url,
                reason: "the name of a queue has 255 bytes at most there"
            )
        }
    }

    func awaitConfirms(downTo most: Int) throws(BrokerError) {
        try reporting { () throws(AMQPFailure) in
            while confirms.count > most, blockade == nil {
                try awaitEvent(for: "whether messages are stored")
            }
        }
        if let key = confirms.returned {
            knownQueues = knownQueues.filter { $0.text != key }
            throw .refused(url: connection.url, reason: "no queue takes messages for \(key)")
        }
        if confirms.refusals > 0 {
            throw .refused(
                url: connection.url,
                reason: "it could not store \(confirms.refusals) messages"
            )
        }
        if confirms.count > most { try checkBlockade() }
    }

    private func checkBlockade() throws(BrokerError) {
        guard let blockade else { return }
        throw .noRoom(url: connection.url, reason: blockade)
    }
}
