internal import TaskQueue

/// Where a message is kept until it is taken, and in what form.
struct Placement {
    /// Of a list, or of a delayed set.
    let key: String
    /// The score in the delayed set: seconds since the epoch; `nil`: it goes to the end of a list.
    let due: String?
    /// The envelope; in a delayed set as a ``DelayedMember``.
    let value: [UInt8]

    /// `delays` are the queues whose delayed tasks go into the delayed set.
    init(_ message: OutgoingMessage, now: Timestamp, delays: Set<QueueName>) {
        let envelope = Envelope.encode(message.message)
        let step = RedisKeys.step(ofPriority: message.priority)
        if let eta = message.eta, eta > now, delays.contains(message.queue) {
            key = RedisKeys.delayed(message.queue)
            due = "\(eta.secondsSinceEpoch)"
            value = DelayedMember(step: step).bytes(envelope)
        } else {
            key = RedisKeys.list(message.queue, step: step)
            due = nil
            value = envelope
        }
    }
}
