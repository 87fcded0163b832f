/// The step by which tasks are sent.
extension RedisScripts {
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
    static let send = lean(
        refusal + remember + misfit + delay + """
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
            each(function(key, pushed)
                problem = problem or misfit(key, pushed > 0 and 'list' or 'zset')
            end)
            local isThere = false
            if not problem and ARGV[2] == '1' then
                local key, value, field = mark(1)
                local latest = redis.pcall('HGET', key, field)
                problem = refusal(latest, 'HGET', key)
                isThere = not problem and latest and #latest == #value and latest >= value
            end
            if not problem and not isThere then
                each(function(key, pushed, first, last)
                    if pushed == 0 and not problem then
                        problem = delay(key, unpack(ARGV, first, last))
                    end
                end)
                -- The first comes last: what it tells is there then.
                for m = marks, 1, -1 do problem = problem or remember(mark(m)) end
                if not problem then return 1 end
                each(function(key, pushed, first, last)
                    if pushed == 0 then
                        for at = first + 1, last, 2 do redis.pcall('ZREM', key, ARGV[at]) end
                    end
                end)
            end
            each(function(key, pushed)
                -- Those that a list of a wrong type has refused are not there.
                if pushed > 0 then redis.pcall('LTRIM', key, pushed, '-1') end
            end)
            return problem or 0
            """
    )
}
