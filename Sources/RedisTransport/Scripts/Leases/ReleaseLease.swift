internal import TaskQueue

/// Forgets a worker that ends, gives back what has arrived and was not taken, and lets another be the
/// lookout in its place.
struct ReleaseLease: RedisScript {
    typealias Answer = Void

    let worker: String
    /// The queues that it served.
    let queues: [QueueName]

    static let text = ScriptText(
        keys: ["workers", "record"],
        arguments: ["worker"],
        hasRows: true,
        uses: [.openGate, .giveBack],
        """
        redis.call('ZREM', workers, worker)
        redis.call('DEL', record)
        for k = firstKey, #KEYS, 6 do
            local lookout, gate = KEYS[k], KEYS[k + 1]
            giveBack({unpack(KEYS, k + 2, k + 5)})
            if redis.pcall('GET', lookout) == worker then
                redis.call('DEL', lookout)
                openGate(gate)
            end
        end
        return 1
        """
    )

    var keys: [String] {
        [RedisKeys.workers, RedisKeys.worker(worker)]
            + queues.flatMap { queue in
                [RedisKeys.lookout(queue), RedisKeys.gate(queue)] + RedisKeys.lists(queue)
            }
    }

    func addArguments(to command: inout RedisCommand) { command.add(worker) }
}
