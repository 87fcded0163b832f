package import TaskQueue

extension AMQPBroker {
    /// How many messages are on their way before a confirmation is waited for.
    private static let window = 512

    package func send(_ messages: [OutgoingMessage]) throws(BrokerError) {
        guard !messages.isEmpty else { return }
        let parcels = messages.map { Parcel($0.message, $0.queue, $0.eta) }
        try publish(parcels)
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

        init(_ message: Message, _ queue: QueueName, _ eta: Timestamp?) {
            (self.message, self.queue, self.eta, key) = (message, queue, eta, queue.text)
        }
    }

    /// Publishes messages, and waits until all of them are confirmed.
    func publish(_ parcels: [Parcel]) throws(BrokerError) {
        guard !parcels.isEmpty else { return }
        for parcel in parcels { try check(parcel) }
        // Whether the server takes messages again.
        try reporting { () throws(AMQPFailure) in try readEvents() }
        try checkBlockade()
        try reporting { () throws(AMQPFailure) in
            for queue in Set(parcels.map(\.queue)) { try declare(queue) }
        }
        confirms.forgive()
        for parcel in parcels {
            try reporting { () throws(AMQPFailure) in try publish(parcel) }
            if confirms.count >= Self.window { try awaitConfirms(downTo: Self.window / 2) }
        }
        try awaitConfirms(downTo: 0)
    }

    private func publish(_ parcel: Parcel) throws(AMQPFailure) {
        let message = AMQPMessage(parcel.message, adding: parcel.headers)
        if !connection.isOpen(.publishing) { confirms.restart() }
        if let delay = parcel.eta.flatMap({ NativeDelay(until: $0, from: now) }) {
            try declareDelay(for: parcel.queue)
            try connection.publish(
                message,
                to: NativeDelay.firstExchange,
                key: delay.key(parcel.queue)
            )
        } else {
            try connection.publish(message, to: "", key: parcel.key)
        }
        confirms.publish()
    }

    /// Publishes what a task that has ended leaves behind.
    ///
    /// What the server does not take stands in the way of that task alone: it is tried again later, over the
    /// same connection, which holds others.
    func publishInPassing(_ parcels: [Parcel]) throws(BrokerError) {
        do throws(BrokerError) { try publish(parcels) } catch {
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

    private func awaitConfirms(downTo most: Int) throws(BrokerError) {
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
