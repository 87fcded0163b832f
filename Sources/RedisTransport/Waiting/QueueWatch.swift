internal import TaskQueue

/// Waits for tasks on one queue: at its lists and its bell as the queue's lookout, else at its gate.
///
/// The lookout waits by a `BLMOVE` from each list's end to a list of what has arrived there. So it takes its
/// turn among all that wait for the queue, as Celery's workers do by a pop, and nothing is lost if the
/// lookout dies: the worker that takes from the queue next puts what has arrived back first. One waits for all
/// because each has a connection for every list; the others wait for an element of the gate's list, which
/// lets in one of them.
final class QueueWatch {
    let queue: QueueName
    private let lists: [(name: String, command: BlockedCommand)]
    private let arrived: String
    private let bell: BlockedCommand
    private let gate: BlockedCommand

    init(_ queue: QueueName, _ address: RedisAddress, timeout: Duration) {
        self.queue = queue
        let arrived = RedisKeys.arrived(queue)
        self.arrived = arrived
        lists = RedisKeys.prioritySteps.map { step in
            let list = RedisKeys.list(queue, step: step)
            let command = RedisCommand("BLMOVE").adding(list, arrived)
            return (
                list,
                BlockedCommand(address, timeout: timeout, command.adding("RIGHT", "LEFT", "0"))
            )
        }
        let ring = RedisKeys.bell(queue)
        bell = BlockedCommand(
            address,
            timeout: timeout,
            RedisCommand("BLMOVE").adding(ring, ring, "RIGHT", "RIGHT", "0")
        )
        let command = RedisCommand("BLPOP").adding(RedisKeys.gate(queue), "0")
        gate = BlockedCommand(address, timeout: timeout, command)
    }

    var descriptors: [Int32] { exclusiveDescriptors + [bell.descriptor].compactMap(\.self) }
    /// What tells this worker alone: of a task, or that the gate is open.
    var exclusiveDescriptors: [Int32] {
        (lists.map(\.command) + [gate]).compactMap(\.descriptor)
    }

    /// Waits from now on, if it does not already; what it has waited for until now may be answered still.
    func arm(asLookout isLookout: Bool) throws(BrokerError) {
        guard isLookout else { return try gate.arm() }
        for list in lists { try list.command.arm() }
        try bell.arm()
    }

    /// Forgets what has arrived.
    func clear() throws(BrokerError) {
        for list in lists { _ = try list.command.takeAnswer() }
        _ = try bell.takeAnswer()
        _ = try gate.takeAnswer()
    }

    /// Leaves to others what has arrived, and lets another in if the gate was opened for this worker.
    func decline() throws(BrokerError) {
        for (name, command) in lists where try command.takeAnswer() {
            let back = RedisCommand("LMOVE").adding(arrived, name)
            try command.run([back.adding("LEFT", "RIGHT")])
        }
        guard try gate.takeAnswer() else { return }
        let key = RedisKeys.gate(queue)
        try gate.run([
            RedisCommand("LPUSH").adding(key, "1"),
            RedisCommand("PEXPIRE").adding(key, "\(RedisKeys.wakeLifetime)"),
        ])
    }
}
