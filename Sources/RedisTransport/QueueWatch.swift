internal import TaskQueue

/// Waits for tasks on one queue: at its lists and its bell as the queue's lookout, else at its gate.
///
/// The lookout waits by a `BLMOVE` from each list's end to the same end, which waits as a pop does and
/// leaves the list as it is: nothing is lost with the one who waits. That wakes all who wait so, therefore
/// only one does; the others wait for an element of the gate's list, which lets in one of them.
final class QueueWatch {
    let queue: QueueName
    private let lists: [BlockedCommand]
    private let gate: BlockedCommand

    init(_ queue: QueueName, _ address: RedisAddress, timeout: Duration) {
        self.queue = queue
        let keys = RedisKeys.prioritySteps.map { RedisKeys.list(queue, step: $0) }
        lists = (keys + [RedisKeys.bell(queue)]).map { list in
            let command = RedisCommand("BLMOVE").adding(list, list, "RIGHT", "RIGHT", "0")
            return BlockedCommand(address, timeout: timeout, command)
        }
        let command = RedisCommand("BLPOP").adding(RedisKeys.gate(queue), "0")
        gate = BlockedCommand(address, timeout: timeout, command)
    }

    var descriptors: [Int32] { (lists + [gate]).compactMap(\.descriptor) }
    var gateDescriptor: Int32? { gate.descriptor }

    /// Waits from now on, if it does not already; what it has waited for until now may be answered still.
    func arm(asLookout isLookout: Bool) throws(BrokerError) {
        guard isLookout else { return try gate.arm() }
        for list in lists { try list.arm() }
    }

    /// Forgets what has arrived.
    func clear() throws(BrokerError) {
        for list in lists { _ = try list.takeAnswer() }
        _ = try gate.takeAnswer()
    }

    /// Lets another in if the gate was opened for this worker.
    func decline() throws(BrokerError) {
        guard try gate.takeAnswer() else { return }
        let key = RedisKeys.gate(queue)
        try gate.run([
            RedisCommand("LPUSH").adding(key, "1"), RedisCommand("PEXPIRE").adding(key, "1000"),
        ])
    }
}
