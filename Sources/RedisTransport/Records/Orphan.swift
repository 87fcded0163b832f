internal import TaskQueue

/// A task that a worker held which died, or does not know of it.
struct Orphan {
    let tag: String
    /// With the last, if its worker died.
    let losses: Int
    /// The envelope as it goes back: with the number of losses in a header of ours, and marked as Kombu
    /// marks what is delivered again.
    let envelope: [UInt8]
    let queue: QueueName
    /// Of its priority.
    let step: Int
    private let charge: Charge?
    private let original: [UInt8]
    private let id: TaskID?
    private let task: TaskName?
    private let ignoresResult: Bool

    /// Reads a value of `unacked`: `[envelope, exchange, routing key]`.
    ///
    /// An envelope that cannot be read goes back as it is: the worker that takes it sets it aside. The result is
    /// `nil` if the value is not an array of this kind.
    ///
    /// - Parameters:
    ///   - tag: of the delivery.
    ///   - value: what stands there.
    ///   - charge: what it has to do with its worker's death; `nil`: the worker lives, and does not know
    ///     that it holds the task.
    init?(tag: String, unacknowledged value: [UInt8], charge: Charge?) {
        guard let parts = Self.parts(value) else { return nil }
        self.tag = tag
        self.charge = charge
        queue = parts.queue
        original = parts.envelope
        guard let message = try? Envelope.decode(parts.envelope) else {
            envelope = parts.envelope
            (losses, step, id, task, ignoresResult) = (0, 0, nil, nil, true)
            return
        }
        let before = Self.losses(message, tag)
        losses = charge?.losses(after: before) ?? before
        // All else stays as it was written, the encoding of the body too.
        envelope = Redelivery.envelope(parts.envelope, losses: losses)
        step = RedisKeys.step(ofPriority: message.properties[key: "priority"]?.integer ?? 0)
        id = TaskMessage.id(of: message)
        task = message.headers[key: "task"]?.string.flatMap(TaskName.init)
        ignoresResult = message.headers[key: "ignore_result"]?.boolean ?? false
    }

    /// What the header says, if it is ours: any client may write one, but only what has a loss is taken as
    /// under suspicion.
    private static func losses(_ message: Message, _ tag: String) -> Int {
        guard RedisKeys.isSuspect(tag: tag) else { return 0 }
        let header = message.headers[key: "tq_losses"]?.integer ?? 1
        return min(max(header, 1), 99)
    }

    /// Whether it is what killed its worker, after so many other deaths of late.
    func isPoison(besides deaths: Int) -> Bool {
        charge?.isPoison(losses, besides: deaths) ?? false
    }

    /// What is put back, and its score: empty if it goes on its list.
    ///
    /// `milliseconds` orders it among others.
    func place(at milliseconds: Int64) -> (value: [UInt8], score: String) {
        guard losses > 0 else { return (envelope, "") }
        let score = SuspectMember.score(step: step, losses: losses, milliseconds: milliseconds)
        return (SuspectMember.prefix(step: step, losses: losses) + envelope, score)
    }

    var letter: DeadLetter {
        let delivery = Delivery(tag: tag, queue: queue, content: .kombu(original), losses: losses)
        return .poison(
            delivery,
            id: id,
            task: task,
            expectsResult: !ignoresResult,
            at: .now(),
            message: try? delivery.message()
        )
    }

    /// What stands in `unacked` and cannot be put back, as a dead letter of Celery's default queue.
    static func stray(_ tag: String, _ value: [UInt8]) -> DeadLetter {
        let (envelope, name) = outline(value)
        let why = name.map { name in
            "the queue it was taken from has a name that no queue may have: \(QueueName.objection(name))"
        }
        return DeadLetter(
            Delivery(tag: tag, queue: .celery, content: .kombu(envelope)),
            reason: why ?? "its entry in unacked is not an array of a message and its queue"
        )
    }

    /// The envelope's bytes and the text that names the queue; all of it and `nil` if it is not such an array.
    private static func outline(_ value: [UInt8]) -> (envelope: [UInt8], name: String?) {
        guard let elements = (try? JSONText(value, acceptsNonFinite: true))?.elements,
            elements.count == 3, let name = elements[2].string
        else { return (value, nil) }
        return (elements[0].bytes, name)
    }

    /// The envelope's bytes, which need not be JSON, and the queue.
    private static func parts(_ value: [UInt8]) -> (envelope: [UInt8], queue: QueueName)? {
        let array = try? JSONText(value, acceptsNonFinite: true)
        if let elements = array?.elements, elements.count == 3,
            let queue = elements[2].string.flatMap(QueueName.init)
        {
            return (elements[0].bytes, queue)
        }
        guard let comma = value.lastIndex(of: UInt8(ascii: ",")), comma >= 4,
            let name = try? JSONText(value[(comma + 1)...].dropLast()),
            let queue = name.string.flatMap(QueueName.init)
        else { return nil }
        return (Array(value[1..<(comma - 3)]), queue)
    }
}
