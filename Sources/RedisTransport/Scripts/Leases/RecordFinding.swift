internal import TaskQueue

/// Records what was found of a dead worker, or returns what the first worker that recovers its tasks has found:
/// the others see only what that one has left.
///
/// If that cannot be remembered, the answer is what is found now.
struct RecordFinding: RedisScript {
    /// What a dead worker held.
    struct Finding {
        var count: Int
        /// The tag of the one that it took last, if that was under suspicion, else empty.
        var suspect: String
        /// How many workers died recently without a task under suspicion.
        var deaths = 0

        /// In the form of ``RedisKeys/finding(worker:)``.
        fileprivate var text: String { "\(count) \(suspect)" }
    }

    let worker: String
    let found: Finding

    static let text = ScriptText(
        keys: ["finding", "workers", "deaths"],
        arguments: ["found", "lifetime", "worker", "memory"],
        """
        redis.call('ZREM', workers, '')
        redis.pcall('SET', finding, found, 'NX', 'EX', lifetime)
        local first = redis.pcall('GET', finding)
        if type(first) ~= 'string' then first = found end
        local now = tonumber(redis.call('TIME')[1])
        -- It held no suspect.
        if string.sub(first, -1) == ' ' and redis.call('ZSCORE', workers, worker) then
            redis.pcall('ZADD', deaths, now, worker)
            redis.pcall('EXPIRE', deaths, memory)
        end
        redis.pcall('ZREMRANGEBYSCORE', deaths, '-inf', now - memory)
        local count = redis.pcall('ZCARD', deaths)
        return {first, type(count) == 'number' and count or 0}
        """
    )

    var keys: [String] { [RedisKeys.finding(worker: worker), RedisKeys.workers, RedisKeys.deaths] }

    func addArguments(to command: inout RedisCommand) {
        command.add(found.text)
        command.add(seconds: RedisKeys.findingLifetime)
        command.add(worker)
        command.add(seconds: Lease.deathMemory)
    }

    func answer(_ reply: RedisReply) -> Finding {
        let parts = reply.elements
        let words = (parts.first?.text ?? found.text).split(separator: " ", maxSplits: 1)
        return Finding(
            count: words.first.flatMap { Int($0) } ?? 0,
            suspect: words.count > 1 ? String(words[1]) : "",
            deaths: parts.last?.integer ?? 0
        )
    }
}
