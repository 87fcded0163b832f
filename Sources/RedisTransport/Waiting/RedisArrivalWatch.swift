internal import TaskQueue

/// Waits for tasks on several queues.
final class RedisArrivalWatch: ArrivalWatch {
    private let queues: [QueueWatch]
    private let lookouts: Lookouts

    init(
        _ address: RedisAddress,
        queues: [QueueName],
        lookouts: Lookouts,
        timeout: Duration
    ) {
        self.queues = queues.map { QueueWatch($0, address, timeout: timeout) }
        self.lookouts = lookouts
    }

    var descriptors: [Int32] { queues.flatMap(\.descriptors) }

    var exclusiveDescriptors: [Int32] { queues.flatMap(\.exclusiveDescriptors) }

    var isRelied: Bool { !lookouts.queues.isEmpty }

    /// Nobody tells that a lookout was killed; and who is it says so by looking, see ``TakeTasks``.
    var longestWait: Duration? { .seconds(2) }

    func clear() throws(BrokerError) {
        for queue in queues { try queue.clear() }
    }

    func arm() throws(BrokerError) {
        for queue in queues { try queue.arm(asLookout: lookouts.queues.contains(queue.queue)) }
    }

    func decline() throws(BrokerError) {
        for queue in queues { try queue.decline() }
    }
}
