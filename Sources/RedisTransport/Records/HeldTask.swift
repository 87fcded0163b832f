internal import TaskQueue

/// What stands in `unacked`, as an operator sees it.
struct HeldTask {
    let tag: String
    let running: RunningTask

    /// Reads what ``LookAtHeld`` tells of one task.
    ///
    /// - Parameters:
    ///   - tag: of the delivery.
    ///   - envelope: without its body.
    ///   - rest: what closes the array that Kombu keeps: exchange and routing key.
    ///   - score: of the delivery; `nil`: it has none.
    init(tag: String, envelope: [UInt8], rest: [UInt8], score: Double?) {
        let headers = (try? Envelope.decode(envelope))?.headers
        let array = try? JSONText(Array("[null".utf8) + rest)
        let own = RedisKeys.parts(ofTag: tag)
        let score = score.map { Timestamp(secondsSinceEpoch: $0) }
        self.tag = tag
        running = RunningTask(
            id: headers.flatMap { TaskMessage.id(in: $0) },
            task: headers?[key: "task"]?.string.flatMap(TaskName.init),
            queue: array?.elements?.last?.string.flatMap(QueueName.init),
            worker: own?.worker,
            // Our own scores are renewed, those of Celery's workers are not.
            takenAt: own == nil ? score : own?.takenAt
        )
    }
}
