/// The steps by which workers stay alive in the broker's eyes, and are buried.
extension RedisScripts {
    /// Renews a worker's lease, and raises the scores of what it holds, so that no native worker's sweep
    /// takes it back.
    ///
    ///     KEYS  tq:workers · unacked_index · mark of each queue that the worker serves
    ///     ARGV  worker · length of the lease in seconds · delivery tags
    ///
    /// Returns 1 if the worker had its lease still, else 0.
    static let renewLease = """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local stamp = string.format('%.6f', now)
        local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
        redis.call('ZADD', KEYS[1], string.format('%.6f', now + ARGV[2]), ARGV[1])
        redis.call('EXPIRE', KEYS[1], 2592000)
        for i = 3, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[2]) end
        for i = 3, #ARGV do redis.call('ZADD', KEYS[2], 'XX', stamp, ARGV[i]) end
        if score and tonumber(score) >= now then return 1 end
        return 0
        """

    /// The workers whose lease has run out.
    ///
    ///     KEYS  tq:workers
    static let deadWorkers = """
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
        local restored = 0
        for i = 3, #KEYS do
            local tag, envelope = ARGV[i * 2 - 5], ARGV[i * 2 - 4]
            if redis.call('HDEL', KEYS[1], tag) == 1 then
                redis.call('ZREM', KEYS[2], tag)
                redis.call('RPUSH', KEYS[i], envelope)
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
