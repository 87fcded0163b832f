internal import TaskQueue

/// The workers whose lease has run out; none after an outage.
///
/// Now and then also workers without a lease in whose name something is held that nobody has renewed
/// for long: the record of leases may have been evicted. And no lease is longer than one from now: if
/// one is, the clock was set back, or somebody else has made it.
struct FindDeadWorkers: RedisScript {
    /// Whether to look for what leases do not show.
    let sweeps: Bool

    static let text = ScriptText(
        keys: ["workers", "outage", "renewed", "index"],
        arguments: ["length", "longestSilence", "longestOutage", "sweeps"],
        """
        length = tonumber(length)
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local times = redis.call('MGET', outage, renewed)
        local began, quiet = tonumber(times[1]), now - (tonumber(times[2]) or now)
        -- It goes by itself, unless somebody has kept it.
        if began and now - began < tonumber(longestOutage) then return {} end
        if quiet > tonumber(longestSilence) and quiet < tonumber(longestOutage) then return {} end
        local expired = string.format('(%.6f', now)
        if sweeps ~= '1' then return redis.call('ZRANGEBYSCORE', workers, '-inf', expired) end
        local longest = string.format('(%.6f', now + 2 * length)
        for _, worker in ipairs(redis.call('ZRANGEBYSCORE', workers, longest, '+inf')) do
            redis.call('ZREM', workers, 'tq:none')
            redis.call('ZADD', workers, 'XX', string.format('%.6f', now + length), worker)
        end
        local dead = redis.call('ZRANGEBYSCORE', workers, '-inf', expired)
        local known, looked = {}, 0
        local longAgo = string.format('(%.6f', now - 3 * length)
        repeat
            local tags = redis.call('ZRANGEBYSCORE', index, '-inf', longAgo, 'LIMIT', looked, 1000)
            looked = looked + #tags
            for _, tag in ipairs(tags) do
                -- See RedisKeys.parts(ofTag:).
                local worker = string.match(tag, '^tq:(.*):[^:]*:[^:]*:[^:]*$')
                if worker and not known[worker] then
                    known[worker] = true
                    if not redis.call('ZSCORE', workers, worker) then dead[#dead + 1] = worker end
                end
            end
        until #tags < 1000 or looked >= 20000
        return dead
        """
    )

    var keys: [String] {
        [
            RedisKeys.workers, RedisKeys.outage, RedisKeys.lastRenewal,
            RedisKeys.unacknowledgedIndex,
        ]
    }

    func addArguments(to command: inout RedisCommand) {
        command.add(seconds: Lease.length)
        command.add(seconds: Silence.longest)
        command.add(seconds: Silence.longestOutage)
        command.add(sweeps)
    }

    /// Their ids.
    func answer(_ reply: RedisReply) -> [String] { reply.elements.compactMap(\.text) }
}
