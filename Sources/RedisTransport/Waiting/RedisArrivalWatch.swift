internal import TaskQueue

/// Waits for tasks on several queues.
final class RedisArrivalWatch: ArrivalWatch {
    private let queues: [QueueWatch]
    /// The connection that takes tasks, which is told thereby for which queues this worker is the lookout.
    private let broker: RedisBroker
    private var isSuspended = false

    init(
        _ address: RedisAddress,
        queues: [QueueName],
        broker: RedisBroker,
        timeout: Duration
    ) {
        self.queues = queues.map { QueueWatch($0, address, timeout: timeout) }
        self.broker = broker
    }

    /// While it is suspended, those that tell this worker alone.
    var descriptors: [Int32] {
        isSuspended ? queues.flatMap(\.exclusiveDescriptors) : queues.flatMap(\.descriptors)
    }

    /// Nobody reports that a lookout was killed; a worker finds out by looking, see ``TakeTasks``.
    var longestWait: Duration? { .seconds(2) }

    func clear() throws(BrokerError) {
        isSuspended = false
        for queue in queues { try queue.clear() }
    }

    func resume(upTo limit: Int) throws(BrokerError) {
        isSuspended = false
        for queue in queues { try queue.arm(asLookout: broker.lookouts.contains(queue.queue)) }
    }

    /// The first time another becomes the lookout, if this worker is; afterwards it leaves to others what it
    /// is told.
    func suspend() throws(BrokerError) {
        if isSuspended {
            for queue in queues { try queue.decline() }
        } else {
            isSuspended = true
            if !broker.lookouts.isEmpty { try broker.standDown(at: queues.map(\.queue)) }
        }
    }
}
