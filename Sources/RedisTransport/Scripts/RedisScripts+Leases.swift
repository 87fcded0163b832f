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
    ///     ARGV  worker · length of the lease in seconds · record (empty: none)
    ///           · longest silence of a worker, and of all that a new one takes for an outage, in seconds
    ///           · time to come back in ms · delivery tags
    ///
    /// Returns 1 if the worker had its lease still, else 0.
    static let renewLease = """
        local workers, index, renewed, outage, record = unpack(KEYS, 1, 5)
        local worker, length = ARGV[1], ARGV[2]
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local stamp = string.format('%.6f', now)
        redis.call('ZREM', workers, '')
        local score = redis.call('ZSCORE', workers, worker)
        local silence = now - (tonumber(redis.pcall('GET', renewed)) or now)
        if silence > tonumber(ARGV[4]) and (score or silence < tonumber(ARGV[5])) then
            redis.call('SET', outage, stamp, 'PX', ARGV[6])
        end
        redis.call('SET', renewed, stamp, 'EX', '\(RedisKeys.workersLifetime)')
        redis.call('ZADD', workers, string.format('%.6f', now + length), worker)
        redis.call('EXPIRE', workers, '\(RedisKeys.workersLifetime)')
        if ARGV[3] ~= '' then redis.call('SET', record, ARGV[3], 'EX', '60') end
        for i = 6, #KEYS do redis.call('SET', KEYS[i], worker, 'EX', length) end
        for i = 7, #ARGV do redis.call('ZADD', index, 'XX', stamp, ARGV[i]) end
        if score and tonumber(score) >= now then return 1 end
        return 0
        """

    /// Forgets a worker that ends, gives back what has arrived and was not taken, and lets another be the
    /// lookout where it was.
    ///
    ///     KEYS  tq:workers · record of the worker · for each queue that it served: lookout, gate, its lists
    ///     ARGV  worker
    static let releaseLease =
        refusal + openGate + giveBack + """
            redis.call('ZREM', KEYS[1], ARGV[1])
            redis.call('DEL', KEYS[2])
            for i = 3, #KEYS, 6 do
                giveBack({unpack(KEYS, i + 2, i + 5)})
                if redis.pcall('GET', KEYS[i]) == ARGV[1] then
                    redis.call('DEL', KEYS[i])
                    openGate(KEYS[i + 1])
                end
            end
            return 1
            """

    /// The workers whose lease has run out; none after an outage.
    ///
    /// Now and then also those that have none though something is held in their name that nobody has renewed
    /// for long: what knows of leases may have been evicted. And no lease is longer than one from now: where
    /// one is, the clock was set back, or somebody else has made it.
    ///
    ///     KEYS  tq:workers · tq:outage · tq:renewed · unacked_index
    ///     ARGV  length of a lease in seconds · longest silence of a worker, and of all that a new one takes
    ///           for an outage, in seconds · 1 to look for what leases do not tell, else 0
    static let deadWorkers = """
        local workers, outage, renewed, index = unpack(KEYS, 1, 4)
        local length = tonumber(ARGV[1])
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local times = redis.call('MGET', outage, renewed)
        -- It goes by itself, unless somebody has kept it.
        local began, quiet = tonumber(times[1]), now - (tonumber(times[2]) or now)
        if began and now - began < 60 then return {} end
        if quiet > tonumber(ARGV[2]) and quiet < tonumber(ARGV[3]) then return {} end
        local expired = string.format('(%.6f', now)
        if ARGV[4] ~= '1' then return redis.call('ZRANGEBYSCORE', workers, '-inf', expired) end
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

    /// Says what was found of a dead worker, or what the first has found that recovers its tasks: the others
    /// see only what that has left.
    ///
    /// Where that cannot be remembered, it is what is found now.
    ///
    ///     KEYS  finding · tq:workers · tq:deaths
    ///     ARGV  what is found · how long to remember it in seconds · worker
    ///           · how long to remember its death in seconds
    ///
    /// Returns what was found, and how many workers died of late without a task under suspicion.
    static let find = """
        redis.call('ZREM', KEYS[2], '')
        redis.pcall('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2])
        local found = redis.pcall('GET', KEYS[1])
        if type(found) ~= 'string' then found = ARGV[1] end
        local now = tonumber(redis.call('TIME')[1])
        if string.sub(found, -1) == ' ' and redis.call('ZSCORE', KEYS[2], ARGV[3]) then
            redis.pcall('ZADD', KEYS[3], now, ARGV[3])
            redis.pcall('EXPIRE', KEYS[3], ARGV[4])
        end
        redis.pcall('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[4])
        local deaths = redis.pcall('ZCARD', KEYS[3])
        return {found, type(deaths) == 'number' and deaths or 0}
        """

    /// Puts tasks that a worker held back to the front of their lists, or among those under suspicion, with
    /// changed envelopes, unless somebody else was faster.
    ///
    ///     KEYS  unacked · unacked_index · list of each task
    ///     ARGV  for each task: tag · what is put back · score (empty: it is not under suspicion) · queue
    ///
    /// Returns how many were put back, and why others could not be ("" if all were).
    static let restore =
        refusal + suspect + """
            redis.call('HDEL', KEYS[1], '')
            redis.call('ZREM', KEYS[2], '')
            local restored, problem = 0, nil
            for i = 3, #KEYS do
                local tag, value = ARGV[i * 4 - 11], ARGV[i * 4 - 10]
                local score, queue = ARGV[i * 4 - 9], ARGV[i * 4 - 8]
                if redis.call('HEXISTS', KEYS[1], tag) == 1 then
                    local refused
                    if score == '' then
                        refused = refusal(redis.pcall('RPUSH', KEYS[i], value), 'RPUSH', KEYS[i])
                    else
                        refused = suspect(queue, score, value)
                    end
                    if refused then
                        problem = refused
                    else
                        redis.call('ZREM', KEYS[2], tag)
                        redis.call('HDEL', KEYS[1], tag)
                        restored = restored + 1
                    end
                end
            end
            return {restored, problem and problem.err or ''}
            """

    /// Takes tags out of the index of which `unacked` knows nothing.
    ///
    ///     KEYS  unacked · unacked_index
    ///     ARGV  tags
    static let forgetTags = """
        for _, tag in ipairs(ARGV) do
            if redis.call('HEXISTS', KEYS[1], tag) == 0 then redis.call('ZREM', KEYS[2], tag) end
        end
        return 0
        """

    /// Puts into the index what stands in `unacked` alone, so that it is found when its worker is gone; a
    /// page at a time.
    ///
    ///     KEYS  unacked · unacked_index
    ///     ARGV  cursor, first 0
    ///
    /// Returns the next cursor, 0 at the end, or if none is missing.
    static let mendIndex = """
        if redis.call('HLEN', KEYS[1]) <= redis.call('ZCARD', KEYS[2]) then return '0' end
        local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', 100)
        local now = redis.call('TIME')[1]
        redis.call('HDEL', KEYS[1], '')
        for i = 1, #page[2], 2 do redis.call('ZADD', KEYS[2], 'NX', now, page[2][i]) end
        return page[1]
        """

    /// Forgets a dead worker that holds nothing any more, unless it has come back.
    ///
    ///     KEYS  tq:workers · finding
    ///     ARGV  worker
    static let buryWorker = """
        redis.pcall('DEL', KEYS[2])
        local clock = redis.call('TIME')
        local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
        if score and tonumber(score) < clock[1] + clock[2] / 1000000 then
            return redis.call('ZREM', KEYS[1], ARGV[1])
        end
        return 0
        """
}
