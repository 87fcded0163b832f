internal import TaskQueue

/// A delay as Celery has the server keep it: 28 queues, of which each holds a message for twice as long as the one
/// before it, or not at all (`celery-wire`, section 10.7).
struct NativeDelay {
    static let levels = 28
    /// Where delayed messages are published to.
    static let firstExchange = "celery_delayed_27"
    /// Where they come out.
    static let lastExchange = "celery_delayed_delivery"
    static let longest: Duration = .seconds((1 << levels) - 1)

    static func name(_ level: Int) -> String { "celery_delayed_\(level)" }

    /// Whole, more than zero.
    private let seconds: Int

    /// - Returns: `nil` if the time has come.
    init?(until eta: Timestamp, from now: Timestamp) {
        let left = eta.microseconds - now.microseconds
        guard left > 0 else { return nil }
        // Never too early.
        seconds = Int((left + 999_999) / 1_000_000)
    }

    /// What a queue's name ends in there: else an exchange of Celery's, bound for a key that is the queue's name, would be
    /// given its tasks, too.
    private static func end(_ queue: QueueName) -> String { "\(queue.text).tq" }

    /// The longest name of a queue that a routing key has room for, in bytes.
    static let longestName = 255 - 2 * levels - 3

    /// The key of the way to a queue.
    static func bindingKey(_ queue: QueueName) -> String {
        // Each digit is a word. Celery's `#` would match a queue `b` for the messages of one `a.b`.
        String(repeating: "*.", count: levels) + end(queue)
    }

    /// The routing key: a digit for each level, and then the queue.
    func key(_ queue: QueueName) -> String {
        var key = ""
        for level in stride(from: Self.levels - 1, through: 0, by: -1) {
            key += seconds >> level & 1 == 1 ? "1." : "0."
        }
        return key + Self.end(queue)
    }
}

extension AMQPBroker {
    /// - Throws: ``BrokerError`` for a delay that the server cannot keep.
    func checkDelay(_ parcel: Parcel) throws(BrokerError) {
        guard let eta = parcel.eta else { return }
        guard eta <= now + NativeDelay.longest else {
            throw .unusable(
                url: connection.url,
                reason:
                    "it delays a task by 268435455 seconds at most, some 8.5 years: choose an earlier time"
            )
        }
        guard !parcel.queue.isPattern else {
            throw .unusable(
                url: connection.url,
                reason: "a delayed task cannot go to a queue with a word * or # in its name"
            )
        }
        guard parcel.queue.text.utf8.count <= NativeDelay.longestName else {
            throw .unusable(
                url: connection.url,
                reason:
                    "for a delayed task the name of its queue has \(NativeDelay.longestName) bytes at most"
            )
        }
    }

    /// Declares what keeps delayed messages, exactly as Celery does, and the way from there to a queue.
    func declareDelay(for queue: QueueName) throws(AMQPFailure) {
        guard !delayedQueues.contains(queue) else { return }
        if delayedQueues.isEmpty, try !isThere(NativeDelay.name(NativeDelay.levels - 1)) {
            try connection.declareExchange(NativeDelay.lastExchange, type: "topic")
            for level in 0..<NativeDelay.levels { try declare(level: level) }
        }
        try connection.bindQueue(
            queue.text,
            to: NativeDelay.lastExchange,
            key: NativeDelay.bindingKey(queue)
        )
        delayedQueues.insert(queue)
    }

    /// Declares all this for a quorum queue, before tasks are taken from it.
    ///
    /// Celery publishes tasks that are to be run later to where the server delays them as soon as one of its queues is such,
    /// and leaves the declaration to workers. Its key for them ends in the queue's name, unless `task_queues` says
    /// otherwise: then a worker of Celery's has to have been there.
    func declareDelays(from queue: QueueName) throws(AMQPFailure) {
        guard !queue.isPattern, queue.text.utf8.count <= NativeDelay.longestName else { return }
        do throws(AMQPFailure) {
            try declareDelay(for: queue)
            try connection.bindQueue(
                queue.text,
                to: NativeDelay.lastExchange,
                key: "\(String(repeating: "*.", count: NativeDelay.levels))\(queue.text)"
            )
        } catch  where error.kind == .channelClosed && error.code == AMQPFailure.Code.accessRefused
        {
            // Who may not declare it can take tasks all the same.
        }
    }

    private func declare(level: Int) throws(AMQPFailure) {
        let name = NativeDelay.name(level)
        let next = level == 0 ? NativeDelay.lastExchange : NativeDelay.name(level - 1)
        try connection.declareExchange(name, type: "topic")
        try connection.declareQueue(
            name,
            arguments: [
                ("x-queue-type", JSONText(string: "quorum")),
                ("x-overflow", JSONText(string: "reject-publish")),
                ("x-message-ttl", .number((1 << level) * 1000)),
                ("x-dead-letter-exchange", JSONText(string: next)),
                ("x-dead-letter-strategy", JSONText(string: "at-least-once")),
            ]
        )
        let digits = String(repeating: "*.", count: NativeDelay.levels - 1 - level)
        try connection.bindQueue(name, to: name, key: "\(digits)1.#")
        try connection.bindExchange(next, to: name, key: "\(digits)0.#")
    }
}

extension QueueName {
    /// Whether a binding for its name would match others, too.
    fileprivate var isPattern: Bool {
        text.split(separator: ".").contains { $0 == "*" || $0 == "#" }
    }
}
