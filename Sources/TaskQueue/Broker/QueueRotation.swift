/// The order in which queues are looked at: one that delivered goes to the end, as in Kombu's round robin.
package struct QueueRotation: Sendable {
    /// The queues that have delivered, the latest last.
    private var delivered: [QueueName] = []

    package init() {}

    package mutating func delivered(_ queue: QueueName) {
        delivered.removeAll { $0 == queue }
        delivered.append(queue)
    }

    /// - Returns: the queues that have not delivered yet first, then the others, the latest last.
    package func order(_ queues: [QueueName]) -> [QueueName] {
        guard queues.count > 1 else { return queues }
        return queues.filter { !delivered.contains($0) } + delivered.filter { queues.contains($0) }
    }
}
