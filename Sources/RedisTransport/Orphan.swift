internal import TaskQueue

/// A task that a dead worker held.
struct Orphan {
    let tag: String
    /// How many workers died holding it, the last included.
    let losses: Int
    /// The envelope as it goes back, with the number of losses in a header of ours, and
    /// `redelivered` as Kombu sets it.
    let envelope: [UInt8]
    /// The list to which it goes back.
    let list: String
    private let original: [UInt8]
    private let queue: QueueName
    private let id: TaskID?
    private let task: TaskName?
    private let ignoresResult: Bool

    /// Reads what stands in `unacked`: `[envelope, exchange, routing key]`.
    ///
    /// An envelope that is none goes back as it is: the worker that takes it sets it aside.
    ///
    /// `losses` is 1 if the worker died, 0 if it lives and does not know that it holds the task.
    /// - Returns: `nil` if the value is no such array.
    init?(tag: String, unacknowledged value: [UInt8], losses new: Int) {
        guard let parts = Self.parts(value) else { return nil }
        self.tag = tag
        queue = parts.queue
        original = parts.envelope
        guard let message = try? Envelope.decode(parts.envelope) else {
            losses = new
            envelope = parts.envelope
            list = RedisKeys.list(parts.queue, step: 0)
            (id, task, ignoresResult) = (nil, nil, true)
            return
        }
        let headers = message.headers
        // Any client may write the header: a number is taken for what it can be.
        let before = headers[key: "tq_losses"]?.integer ?? 0
        losses = min(max(before, 0), Lease.mostLosses) + new
        let edited = headers.setting([
            ("redelivered", JSONText(wellFormed: Array("true".utf8))),
            ("tq_losses", JSONText(wellFormed: Array(String(losses).utf8))),
        ])
        // All but the headers stays as it was written, the encoding of the body too.
        envelope = JSONText(wellFormed: parts.envelope).setting([("headers", edited)]).bytes
        let priority = message.properties[key: "priority"]?.integer ?? 0
        list = RedisKeys.list(parts.queue, step: RedisKeys.step(ofPriority: priority))
        id = TaskMessage.id(of: message)
        task = headers[key: "task"]?.string.flatMap(TaskName.init)
        ignoresResult = headers[key: "ignore_result"]?.boolean ?? false
    }

    var isPoison: Bool { losses >= Lease.mostLosses }

    var letter: DeadLetter {
        let failure = Lease.failure(losses: losses)
        let result = id.map { id in
            StoredResult(id: id, state: .failure, result: failure.json, finishedAt: .now())
        }
        return DeadLetter(
            Delivery(tag: tag, queue: queue, content: .envelope(original), losses: losses),
            reason: "\(failure)",
            id: id,
            task: task,
            result: ignoresResult ? nil : result
        )
    }

    /// What stands in `unacked` and cannot be put back, as a dead letter of Celery's default queue.
    static func stray(_ tag: String, _ value: [UInt8]) -> DeadLetter {
        let (envelope, name) = outline(value)
        let why = name.map { name in
            "the queue it was taken from has a name that no queue may have: \(QueueName.objection(name))"
        }
        return DeadLetter(
            Delivery(tag: tag, queue: .celery, content: .envelope(envelope)),
            reason: why ?? "what stood in unacked is no array of a message and its queue"
        )
    }

    /// The envelope's bytes and the text that names the queue; all of it and `nil` if it is no such array.
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
