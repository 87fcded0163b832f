/// The step by which tasks are sent, and what all that send have in common.
extension RedisScripts {
    /// Remembers what was sent: see ``SentMark``.
    static let remember = """
        local function remember(key, value, field, lifetime)
            if value == '' then return end
            if field == '' then
                redis.call('SET', key, value)
            else
                local latest = redis.call('HGET', key, field)
                if not latest or latest < value then redis.call('HSET', key, field, value) end
            end
            if lifetime ~= '' then redis.call('EXPIRE', key, lifetime) end
        end

        """

    /// What a script has written stays when it fails: so what could fail is looked at first.
    static let misfit = """
        local function misfit(key, wanted)
            local kind = redis.call('TYPE', key).ok
            if kind ~= 'none' and kind ~= wanted then
                return redis.error_reply('WRONGTYPE ' .. key .. ' is a ' .. kind)
            end
        end

        """

    /// Puts values into a delayed set, each after its due time, and rings the queue's bell if the first that
    /// falls due is another than before: the lookout waits for that one.
    ///
    /// The bell has its name from the set's: see ``RedisKeys/bell(_:)``.
    static let delay = """
        local function delay(set, ...)
            local before = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')[2]
            redis.call('ZADD', set, ...)
            if redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')[2] == before then return end
            local bell = 'tq:bell:' .. string.sub(set, #'tq:delayed:' + 1)
            if redis.call('LLEN', bell) == 0 then
                redis.call('LPUSH', bell, 1)
                redis.call('PEXPIRE', bell, 1000)
            end
        end

        """

    /// Ends a transaction that has pushed messages on their lists: remembers them, or takes them off again
    /// if they were there already or cannot all be put where they go.
    ///
    /// A second try finds the mark of the first: marks of one sender only grow, it sends one batch after
    /// the other, and each is there as a whole. So it is the same whether the first came before, or comes
    /// after the second because it was still on its way when its connection was given up.
    ///
    /// The messages do not come through here, but for the delayed ones, because it costs the server as much
    /// again: of each string that is given to a script every byte is hashed.
    ///
    ///     KEYS  where each run of messages goes: a list or a delayed set · where each mark is
    ///     ARGV  number of runs · 1 if the first mark tells of this very sending, else 0
    ///           · for each mark: value, field of the hash (empty: it is a string), lifetime in seconds
    ///           (empty: for ever)
    ///           · for each run: how many messages were pushed, or 0 and how many arguments follow, pairs of
    ///           due time and value
    ///
    /// Returns 1, or 0 if the messages were there already.
    static let send =
        remember + misfit + delay + """
            local runs, marks = tonumber(ARGV[1]), #KEYS - ARGV[1]
            local function mark(m)
                return KEYS[runs + m], ARGV[m * 3], ARGV[m * 3 + 1], ARGV[m * 3 + 2]
            end
            -- The key, how many were pushed, and which arguments are not pushed yet, of each run.
            local function each(body)
                local at = marks * 3 + 3
                for r = 1, runs do
                    local pushed, last = tonumber(ARGV[at]), at
                    if pushed == 0 then last = at + 1 + ARGV[at + 1] end
                    body(KEYS[r], pushed, at + 2, last)
                    at = last + 1
                end
            end
            local problem
            for m = 1, marks do
                local key, _, field = mark(m)
                problem = problem or field ~= '' and misfit(key, 'hash')
            end
            each(function(key, pushed)
                problem = problem or misfit(key, pushed > 0 and 'list' or 'zset')
            end)
            local isThere = false
            if not problem and ARGV[2] == '1' then
                local key, value, field = mark(1)
                local latest = redis.call('HGET', key, field)
                isThere = latest and latest >= value
            end
            if problem or isThere then
                each(function(key, pushed)
                    if pushed > 0 and not misfit(key, 'list') then
                        redis.call('LTRIM', key, pushed, -1)
                    end
                end)
                return problem or 0
            end
            each(function(key, pushed, first, last)
                if pushed == 0 then delay(key, unpack(ARGV, first, last)) end
            end)
            for m = 1, marks do remember(mark(m)) end
            return 1
            """
}
