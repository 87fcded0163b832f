/// The steps by which one `tq-beat` sends, and what it has sent is remembered: see ``BeatStore``.
extension RedisScripts {
    /// Takes a lease, or makes it last.
    ///
    ///     KEYS  the lease
    ///     ARGV  who asks · length in ms
    ///
    /// Returns who has it, and for how many ms.
    static let takeBeatLease = """
        local holder = redis.call('GET', KEYS[1])
        if not holder or holder == ARGV[1] then
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return {ARGV[1], tonumber(ARGV[2])}
        end
        return {holder, redis.call('PTTL', KEYS[1])}
        """

    /// Gives a lease back, if it is held.
    ///
    ///     KEYS  the lease
    ///     ARGV  who gives it back
    static let releaseBeatLease = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
        return 1
        """

    /// Makes entries known.
    ///
    /// An entry's hash has `fingerprint`; `last`, its last firing in microseconds since the epoch, or since
    /// when it is known; `count`, how many were sent; `id`, the last task's; `paused`, there while it is;
    /// `live`, the version of a live entry, which one of the settings is not; and for people `schedule` and
    /// `task`, as they are written.
    ///
    ///     KEYS  the entries
    ///     ARGV  now in microseconds · lifetime of what is remembered in seconds
    ///           · for each entry: fingerprint, schedule, task
    ///
    /// Returns for each entry: last, count, id ("" if none).
    static let enroll =
        misfit + """
            local out = {}
            for _, key in ipairs(KEYS) do
                local problem = misfit(key, 'hash')
                if problem then return problem end
            end
            for i, key in ipairs(KEYS) do
                local known = redis.call('HMGET', key, 'fingerprint', 'last', 'count', 'id')
                local last = known[2]
                if known[1] ~= ARGV[i * 3] or not tonumber(last) then
                    if (tonumber(last) or 0) < tonumber(ARGV[1]) then last = ARGV[1] end
                end
                redis.call('HSET', key, 'last', last, 'fingerprint', ARGV[i * 3],
                    'schedule', ARGV[i * 3 + 1], 'task', ARGV[i * 3 + 2])
                redis.call('HDEL', key, 'live')
                redis.call('EXPIRE', key, ARGV[2])
                out[#out + 1] = last
                out[#out + 1] = known[3] or '0'
                out[#out + 1] = known[4] or ''
            end
            return out
            """

    /// Sends a firing, if it comes after the last that is remembered and the lease is held.
    ///
    ///     KEYS  the lease · the entry · list · where the id is remembered · the unique key
    ///     ARGV  who sends · instant in microseconds · how often the entry fires at most (0: for ever)
    ///           · lifetime of what is remembered of the entry, in seconds · id · value
    ///           · of what remembers the id: value, field, lifetime: see ``SentMark``
    ///           · longest time to hold the unique key in ms (empty: it has none) · prefix of result keys
    ///           · version of a live entry (empty: it is one of the settings)
    ///           · when the task expires, in ms since 1970 (empty: it does not)
    ///
    /// Returns what became of it: `sent`; `led` by another; `held`, with the id of the task that holds the
    /// key; `paused`; `passed`, with last, count and id of the entry; `gone`: it is no live entry of that
    /// version any more.
    static let fire = lean(
        refusal + remember + misfit + hold + """
            local lease = redis.pcall('GET', KEYS[1])
            local known = redis.pcall('HMGET', KEYS[2], 'last', 'count', 'id', 'paused', 'live')
            local problem = refusal(lease, 'GET', KEYS[1]) or refusal(known, 'HMGET', KEYS[2])
            if problem then return problem end
            if lease ~= ARGV[1] then return {'led'} end
            if (known[5] or '') ~= ARGV[12] then
                if ARGV[12] ~= '' then return {'gone'} end
                redis.call('HDEL', KEYS[2], 'live')
            end
            local function expire()
                if ARGV[12] == '' then redis.pcall('EXPIRE', KEYS[2], ARGV[4]) end
            end
            local count, most = tonumber(known[2]) or 0, tonumber(ARGV[3])
            if (tonumber(known[1]) or 0) >= tonumber(ARGV[2]) or most > 0 and count >= most then
                return {'passed', known[1] or '0', count, known[3] or ''}
            end
            local function leftOut()
                redis.call('HSET', KEYS[2], 'last', ARGV[2])
                expire()
            end
            if known[4] then
                leftOut()
                return {'paused'}
            end
            local holder = ARGV[10] ~= '' and redis.pcall('GET', KEYS[5])
            problem = refusal(holder, 'GET', KEYS[5]) or misfit(KEYS[3], 'list')
            if problem then return problem end
            holder = holder and holderOf(holder, ARGV[11])
            if holder then
                leftOut()
                return {'held', holder}
            end
            redis.call('HSET', KEYS[2], 'last', ARGV[2], 'count', count + 1, 'id', ARGV[5])
            problem = remember(KEYS[4], ARGV[7], ARGV[8], ARGV[9])
            if not problem and ARGV[10] ~= '' then
                problem = hold(KEYS[5], ARGV[11], ARGV[5], ARGV[13], ARGV[10])
            end
            -- The message comes last: without it all else is undone.
            problem = problem
                or refusal(redis.pcall('LPUSH', KEYS[3], ARGV[6]), 'LPUSH', KEYS[3])
            if problem then
                for i, field in ipairs({'last', 'count', 'id'}) do
                    if known[i] then redis.pcall('HSET', KEYS[2], field, known[i])
                    else redis.pcall('HDEL', KEYS[2], field) end
                end
                if ARGV[10] ~= '' then redis.pcall('DEL', KEYS[5]) end
                return problem
            end
            expire()
            return {'sent'}
            """
    )
}
