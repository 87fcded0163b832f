/// The steps that are atomic because the server runs each as one script.
///
/// The server's own clock is used throughout: workers' clocks differ.
enum RedisScripts {
    /// Puts due delayed tasks on their queues, then takes up to n tasks into `unacked`.
    ///
    ///     KEYS  unacked · unacked_index · delayed set of each queue · lists, in the order of service
    ///           · tq:workers
    ///     ARGV  n · tag prefix · number of the first tag · number of queues
    ///           · for each queue: list of step 0, 3, 6, 9
    ///           · for each list: what closes its JSON array in `unacked`
    ///           · worker · length of its lease in seconds: who holds tasks has a lease
    ///
    /// Returns the server's time in seconds, as text; the earliest due time that is left ("" if none); then for each task the position
    /// of its list (from 0) and its envelope. The tags count on from the first.
    static let take = """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local stamp = string.format('%.6f', now)
        local left, number, queues = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
        local column = {['0'] = 1, ['3'] = 2, ['6'] = 3, ['9'] = 4}
        local earliest = ''
        for q = 1, queues do
            local set = KEYS[2 + q]
            local due = redis.call('ZRANGEBYSCORE', set, '-inf', stamp, 'LIMIT', 0, 1000)
            for _, member in ipairs(due) do
                local list = ARGV[4 + (q - 1) * 4 + column[string.sub(member, 1, 1)]]
                redis.call('LPUSH', list, string.sub(member, 2))
                redis.call('ZREM', set, member)
            end
            local first = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
            if first[2] and (earliest == '' or tonumber(first[2]) < tonumber(earliest)) then
                earliest = first[2]
            end
        end
        local out = {stamp, earliest}
        for i = 3 + queues, #KEYS - 1 do
            if left <= 0 then break end
            local found = redis.call('RPOP', KEYS[i], left)
            if found then
                local scores, fields = {}, {}
                local position = i - 3 - queues
                local close = ARGV[5 + queues * 4 + position]
                for _, envelope in ipairs(found) do
                    local tag = ARGV[2] .. number
                    number = number + 1
                    scores[#scores + 1] = stamp
                    scores[#scores + 1] = tag
                    fields[#fields + 1] = tag
                    fields[#fields + 1] = '[' .. envelope .. close
                    out[#out + 1] = position
                    out[#out + 1] = envelope
                end
                redis.call('ZADD', KEYS[2], unpack(scores))
                redis.call('HSET', KEYS[1], unpack(fields))
                left = left - #found
            end
        end
        if #out > 2 then
            local lease = string.format('%.6f', now + ARGV[#ARGV])
            redis.call('ZADD', KEYS[#KEYS], lease, ARGV[#ARGV - 1])
            redis.call('EXPIRE', KEYS[#KEYS], 2592000)
        end
        return out
        """

    /// Stores a record and announces it, unless a success is there already; that of a task that still
    /// runs, unless any final record is.
    private static let store = """
        local function store(key, record, lifetime, runs)
            local stored
            if lifetime == '0' then stored = redis.call('SET', key, record, 'NX')
            else stored = redis.call('SET', key, record, 'PX', lifetime, 'NX') end
            if not stored then
                local state = string.match(redis.call('GETRANGE', key, 0, 40), '^{"status": ?"(%u+)"')
                if state == 'SUCCESS' then return end
                if runs and (state == 'FAILURE' or state == 'REVOKED') then return end
                if lifetime == '0' then redis.call('SET', key, record)
                else redis.call('SET', key, record, 'PX', lifetime) end
            end
            redis.call('PUBLISH', key, record)
        end

        """

    /// Ends tasks: stores their results, announces them, and forgets the messages.
    ///
    ///     KEYS  unacked · unacked_index · result key of each task
    ///     ARGV  lifetime of results in ms (0: for ever) · for each task: tag, record (empty: none)
    ///
    /// Returns the positions (from 0) of the tasks that were not held any more.
    static let finish =
        store + """
            local lost = {}
            for i = 3, #KEYS do
                local tag, record = ARGV[i * 2 - 4], ARGV[i * 2 - 3]
                if redis.call('HDEL', KEYS[1], tag) == 1 then
                    redis.call('ZREM', KEYS[2], tag)
                    if record ~= '' then store(KEYS[i], record, ARGV[1]) end
                else
                    lost[#lost + 1] = i - 3
                end
            end
            return lost
            """

    /// Stores the records of tasks that still run.
    ///
    ///     KEYS  unacked · unacked_index · result key of each task
    ///     ARGV  lifetime of results in ms (0: for ever) · for each task: tag, record
    ///
    /// Returns the positions (from 0) of the tasks that were not held any more.
    static let report =
        store + """
            local lost = {}
            for i = 3, #KEYS do
                if redis.call('HEXISTS', KEYS[1], ARGV[i * 2 - 4]) == 1 then
                    store(KEYS[i], ARGV[i * 2 - 3], ARGV[1], true)
                else
                    lost[#lost + 1] = i - 3
                end
            end
            return lost
            """

    /// Stores records without a message to forget.
    ///
    ///     KEYS  result keys
    ///     ARGV  lifetime in ms (0: for ever) · a record for each key
    static let storeResults =
        store + """
            for i = 1, #KEYS do store(KEYS[i], ARGV[i + 1], ARGV[1]) end
            return #KEYS
            """

    /// Puts tasks back on their queues, before all others, or into the delayed set.
    ///
    ///     KEYS  unacked · unacked_index · for each task: its list, its delayed set
    ///     ARGV  for each task: tag · due time in seconds (empty: at once) · priority step
    ///           · length of what closes its JSON array in `unacked`
    ///
    /// Returns the positions (from 0) of the tasks that were not held any more.
    static let requeue = """
        local lost = {}
        for i = 1, #ARGV / 4 do
            local tag, due, step = ARGV[i * 4 - 3], ARGV[i * 4 - 2], ARGV[i * 4 - 1]
            local held = redis.call('HGET', KEYS[1], tag)
            if held then
                local envelope = string.sub(held, 2, -1 - ARGV[i * 4])
                redis.call('HDEL', KEYS[1], tag)
                redis.call('ZREM', KEYS[2], tag)
                if due == '' then redis.call('RPUSH', KEYS[1 + i * 2], envelope)
                else redis.call('ZADD', KEYS[2 + i * 2], due, step .. envelope) end
            else
                lost[#lost + 1] = i - 1
            end
        end
        return lost
        """

    /// Puts messages among the dead letters and stores the failures.
    ///
    ///     KEYS  unacked · unacked_index · for each message: its dead letters, its result key
    ///     ARGV  lifetime of results in ms (0: for ever) · largest count · longest age in seconds
    ///           · for each message: tag, dead letter, record (empty: none)
    ///
    /// Returns the positions (from 0) of the messages that were not held any more.
    static let setAside =
        store + """
            local now = tonumber(redis.call('TIME')[1])
            local lost = {}
            for i = 1, (#ARGV - 3) / 3 do
                local tag, letter, record = ARGV[i * 3 + 1], ARGV[i * 3 + 2], ARGV[i * 3 + 3]
                local dead = KEYS[1 + i * 2]
                if redis.call('HDEL', KEYS[1], tag) == 1 then
                    redis.call('ZREM', KEYS[2], tag)
                    redis.call('ZADD', dead, now, letter)
                    redis.call('ZREMRANGEBYRANK', dead, 0, -1 - ARGV[2])
                    redis.call('ZREMRANGEBYSCORE', dead, '-inf', now - ARGV[3])
                    redis.call('EXPIRE', dead, ARGV[3])
                    if record ~= '' then store(KEYS[2 + i * 2], record, ARGV[1]) end
                else
                    lost[#lost + 1] = i - 1
                end
            end
            return lost
            """
}
