/// Empties queues of a broker, and frees what is remembered of their tasks.
final class ControlWithMemory: QueueControl {
    private let base: any QueueControl
    private let memory: FleetMemory

    init(_ base: any QueueControl, _ memory: FleetMemory) {
        (self.base, self.memory) = (base, memory)
    }

    var reachesDelayed: Bool { base.reachesDelayed }

    func purge(
        _ queue: QueueName,
        includingDelayed: Bool,
        telling: ([TaskID]) throws(BrokerError) -> Void
    ) throws(BrokerError) -> Int {
        try base.purge(queue, includingDelayed: includingDelayed) { ids throws(BrokerError) in
            try telling(ids)
            try memory.freeKeys(of: ids)
        }
    }

    func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int {
        try base.move(from: source, to: target, includingDelayed: includingDelayed)
    }
}
