/// The steps by which workers stay alive in the broker's eyes, and are buried.
extension RedisScripts {
    /// Renews a worker's lease, and raises the scores of what it holds, so that no native worker's sweep
    /// takes it back.
    ///
    /// If for longer than any worker is silent nobody has renewed a lease, the server was away, and leases
    /// have run out whose workers live: they are given the time to come back. A worker that is new cannot
    /// tell that from a time without workers, which may have been long.
    ///
    ///     KEYS  tq:workers · unacked_index · tq:renewed · tq:outage
    ///           · record of the worker · mark of each queue that it serves
    ///     ARGV  worker · length of the lease in seconds · record (empty: none) · delivery tags
    ///
    /// Returns 1 if the worker had its lease still, else 0.
    static let renewLease = """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local stamp = string.format('%.6f', now)
        redis.call('ZREM', KEYS[1], '')
        local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
        local silence = now - (tonumber(redis.call('GET', KEYS[3]) or stamp))
        if silence > 5.5 and (score or silence < 60) then
            redis.call('SET', KEYS[4], stamp, 'EX', ARGV[2])
        end
        redis.call('SET', KEYS[3], stamp, 'EX', 2592000)
        redis.call('ZADD', KEYS[1], string.format('%.6f', now + ARGV[2]), ARGV[1])
        redis.call('EXPIRE', KEYS[1], 2592000)
        if ARGV[3] ~= '' then redis.call('SET', KEYS[5], ARGV[3], 'EX', 60) end
        for i = 6, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[2]) end
        for i = 4, #ARGV do redis.call('ZADD', KEYS[2], 'XX', stamp, ARGV[i]) end
        if score and tonumber(score) >= now then return 1 end
        return 0
        """

    /// Forgets a worker that ends, and lets another be the lookout where it was.
    ///
    ///     KEYS  tq:workers · record of the worker · for each queue that it served: lookout, gate
    ///     ARGV  worker
    static let releaseLease =
        openGate + """
            redis.call('ZREM', KEYS[1], ARGV[1])
            redis.call('DEL', KEYS[2])
            for i = 3, #KEYS, 2 do
                if redis.call('GET', KEYS[i]) == ARGV[1] then
                    redis.call('DEL', KEYS[i])
                    openGate(KEYS[i + 1])
                end
            end
            return 1
            """

    /// The workers whose lease has run out; none after an outage.
    ///
    ///     KEYS  tq:workers · tq:outage
    static let deadWorkers = """
        if redis.call('EXISTS', KEYS[2]) == 1 then return {} end
        local clock = redis.call('TIME')
        return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. clock[1] .. '.' .. string.format('%06d', clock[2]))
        """

    /// Puts tasks of a dead worker back to the front of their lists, with changed envelopes, unless
    /// somebody else was faster.
    ///
    ///     KEYS  unacked · unacked_index · list of each task
    ///     ARGV  for each task: tag, envelope
    ///
    /// Returns how many were put back.
    static let restore = """
        redis.call('HDEL', KEYS[1], '')
        local restored = 0
        for i = 3, #KEYS do
            local tag, envelope = ARGV[i * 2 - 5], ARGV[i * 2 - 4]
            if redis.call('HEXISTS', KEYS[1], tag) == 1 then
                redis.call('RPUSH', KEYS[i], envelope)
                redis.call('HDEL', KEYS[1], tag)
                redis.call('ZREM', KEYS[2], tag)
                restored = restored + 1
            end
        end
        return restored
        """

    /// Forgets a dead worker that holds nothing any more, unless it has come back.
    ///
    ///     KEYS  tq:workers
    ///     ARGV  worker
    static let buryWorker = """
        local clock = redis.call('TIME')
        local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
        if score and tonumber(score) < clock[1] + clock[2] / 1000000 then
            return redis.call('ZREM', KEYS[1], ARGV[1])
        end
        return 0
        """
}
