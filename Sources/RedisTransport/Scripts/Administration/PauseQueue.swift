internal import TaskQueue

/// Pauses a queue, or resumes it and lets in one of the workers that wait at its gate.
struct PauseQueue: RedisScript {
    let queue: QueueName
    let isPaused: Bool

    static let text = ScriptText(
        keys: ["paused", "gate"],
        arguments: ["queue", "isPaused"],
        uses: [.openGate],
        """
        if isPaused == '1' then return redis.call('SADD', paused, queue) end
        local resumed = redis.call('SREM', paused, queue)
        if resumed == 1 then openGate(gate) end
        return resumed
        """
    )

    var keys: [String] { [RedisKeys.paused, RedisKeys.gate(queue)] }

    func addArguments(to command: inout RedisCommand) {
        command.add(queue.text)
        command.add(isPaused)
    }

    /// Whether that changed anything.
    func answer(_ reply: RedisReply) -> Bool { reply.integer == 1 }
}
