internal import TaskQueue

/// Renews a worker's lease, and raises the scores of what it holds, so that no native worker's sweep
/// takes it back.
///
/// If nobody has renewed a lease for longer than any worker is silent, the server was away, and leases
/// of live workers have run out: they get the time to come back. A new worker cannot
/// tell that from a time without workers, which may have been long.
struct RenewLease: RedisScript {
    let worker: String
    /// The worker's identity, for people; `nil`: it does not say.
    let record: [UInt8]?
    /// The queues that it takes tasks from.
    let queues: [QueueName]
    /// The tags of the deliveries that it holds.
    let tags: [String]

    static let text = ScriptText(
        keys: ["workers", "index", "renewed", "outage", "recordKey"],
        arguments: [
            "worker", "length", "record", "recordLifetime", "longestSilence", "longestOutage",
            "timeToComeBack",
        ],
        hasRows: true,
        """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local stamp = string.format('%.6f', now)
        redis.call('ZREM', workers, '')
        local score = redis.call('ZSCORE', workers, worker)
        local silence = now - (tonumber(redis.pcall('GET', renewed)) or now)
        if silence > tonumber(longestSilence) and (score or silence < tonumber(longestOutage)) then
            redis.call('SET', outage, stamp, 'PX', timeToComeBack)
        end
        redis.call('SET', renewed, stamp, 'EX', '\(RedisKeys.workersLifetime)')
        redis.call('ZADD', workers, string.format('%.6f', now + length), worker)
        redis.call('EXPIRE', workers, '\(RedisKeys.workersLifetime)')
        if record ~= '' then redis.call('SET', recordKey, record, 'EX', recordLifetime) end
        for k = firstKey, #KEYS do redis.call('SET', KEYS[k], worker, 'EX', length) end
        for at = firstArgument, #ARGV do redis.call('ZADD', index, 'XX', stamp, ARGV[at]) end
        if score and tonumber(score) >= now then return 1 end
        return 0
        """
    )

    var keys: [String] {
        [
            RedisKeys.workers, RedisKeys.unacknowledgedIndex, RedisKeys.lastRenewal,
            RedisKeys.outage, RedisKeys.worker(worker),
        ] + queues.map(RedisKeys.served)
    }

    func addArguments(to command: inout RedisCommand) {
        command.add(worker)
        command.add(seconds: Lease.length)
        command.add(record ?? [])
        command.add(seconds: RedisKeys.workerLifetime)
        command.add(seconds: Silence.longest)
        command.add(seconds: Silence.longestOutage)
        command.add(milliseconds: Silence.timeToComeBack)
        for tag in tags { command.add(tag) }
    }

    /// Whether the worker still had its lease.
    func answer(_ reply: RedisReply) -> Bool { reply.integer == 1 }
}
