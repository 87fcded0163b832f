internal import Synchronization

/// The queues from which a worker takes tasks, shared with its heartbeat.
final class ServedQueues: Sendable {
    private let queues: Mutex<[QueueName]>

    init(_ queues: [QueueName]) {
        self.queues = Mutex(queues)
    }

    var all: [QueueName] {
        get { queues.withLock { $0 } }
        set { queues.withLock { $0 = newValue } }
    }
}
