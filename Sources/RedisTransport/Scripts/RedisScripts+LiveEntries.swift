/// The steps by which operators change entries: see ``LiveEntryStore`` and ``BeatAdministration``.
extension RedisScripts {
    /// Adds live entries, or puts them in the place of others, and makes them known.
    ///
    ///     KEYS  the live entries · their generation · the entries
    ///     ARGV  now in microseconds · 1 if others may make way
    ///           · for each entry: name, table, fingerprint, schedule, task
    ///
    /// Returns for each entry two things: `added`, `replaced`, `exists` or `configured`, and how many were
    /// sent.
    static let addLive =
        misfit + """
            local problem = misfit(KEYS[1], 'hash') or misfit(KEYS[2], 'string')
            for i = 3, #KEYS do problem = problem or misfit(KEYS[i], 'hash') end
            if problem then return problem end
            local out, version = {}, nil
            for i = 3, #KEYS do
                local at = (i - 3) * 5 + 3
                local known = redis.call('HMGET', KEYS[i], 'fingerprint', 'last', 'count', 'live')
                local isThere = redis.call('HEXISTS', KEYS[1], ARGV[at]) == 1
                local word = isThere and 'replaced' or 'added'
                if known[2] and not known[4] then
                    word = 'configured'
                elseif isThere and ARGV[2] ~= '1' then
                    word = 'exists'
                else
                    version = version or redis.call('INCR', KEYS[2])
                    local last = known[2]
                    if known[1] ~= ARGV[at + 2] or not tonumber(last) then
                        if (tonumber(last) or 0) < tonumber(ARGV[1]) then last = ARGV[1] end
                    end
                    redis.call('PERSIST', KEYS[i])
                    redis.call('HSET', KEYS[i], 'last', last, 'live', version,
                        'fingerprint', ARGV[at + 2], 'schedule', ARGV[at + 3], 'task', ARGV[at + 4])
                    redis.call('HSET', KEYS[1], ARGV[at], version .. '\\n' .. ARGV[at + 1])
                end
                out[#out + 1] = word
                out[#out + 1] = tonumber(known[3]) or 0
            end
            return out
            """

    /// Tells what is remembered of live entries, and makes those known again that were forgotten.
    ///
    ///     KEYS  the live entries · the entries
    ///     ARGV  now in microseconds · for each entry: name, version, fingerprint, schedule, task
    ///
    /// Returns for each entry: last, count, id; all "" if it is not there in that version, or the entry of
    /// that name is one of the settings.
    static let enrollLive = """
        local out = {}
        for i = 2, #KEYS do
            local at = (i - 2) * 5 + 2
            local value = redis.call('HGET', KEYS[1], ARGV[at])
            local known = redis.call('HMGET', KEYS[i], 'last', 'count', 'id', 'live')
            if not known[1] and value and string.match(value, '^%d+') == ARGV[at + 1] then
                redis.call('HSET', KEYS[i], 'last', ARGV[1], 'live', ARGV[at + 1],
                    'fingerprint', ARGV[at + 2], 'schedule', ARGV[at + 3], 'task', ARGV[at + 4])
                known = {ARGV[1], false, false, ARGV[at + 1]}
            end
            local isThere = value and known[4] == ARGV[at + 1]
            out[#out + 1] = isThere and known[1] or ''
            out[#out + 1] = isThere and known[2] or ''
            out[#out + 1] = isThere and known[3] or ''
        end
        return out
        """

    /// Takes a live entry away.
    ///
    ///     KEYS  the live entries · their generation · the entry
    ///     ARGV  its name
    ///
    /// Returns `removed`; `configured`: it is one of the settings; `unknown`.
    static let removeLive = """
        local known = redis.call('HMGET', KEYS[3], 'last', 'live')
        if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
            return known[1] and 'configured' or 'unknown'
        end
        redis.call('INCR', KEYS[2])
        if known[2] then redis.call('DEL', KEYS[3]) end
        redis.call('HDEL', KEYS[1], ARGV[1])
        return 'removed'
        """

    /// Forgets an entry; a live one begins anew at once.
    ///
    ///     KEYS  the entry · the live entries · their generation
    ///     ARGV  its name · now in microseconds
    ///
    /// Returns 1 if it was known, else 0.
    static let forgetEntry = """
        local value = redis.call('HGET', KEYS[2], ARGV[1])
        if not value then return redis.call('DEL', KEYS[1]) end
        local version = redis.call('INCR', KEYS[3])
        if redis.call('HEXISTS', KEYS[1], 'live') == 0 then return redis.call('DEL', KEYS[1]) end
        redis.call('HSET', KEYS[2], ARGV[1], version .. (string.match(value, '^%d+(.*)$') or value))
        redis.call('HDEL', KEYS[1], 'count', 'id', 'paused')
        redis.call('HSET', KEYS[1], 'last', ARGV[2], 'live', version)
        return 1
        """

    /// Pauses an entry, or lets it go on.
    ///
    ///     KEYS  the entry
    ///     ARGV  1 to pause it, else 0
    ///
    /// Returns 1 if that changed anything, else 0; -1 if it is not known.
    static let pauseEntry = """
        if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
        if ARGV[1] == '1' then return redis.call('HSETNX', KEYS[1], 'paused', '1') end
        return redis.call('HDEL', KEYS[1], 'paused')
        """
}
