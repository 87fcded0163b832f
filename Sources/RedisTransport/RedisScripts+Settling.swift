/// The steps by which tasks leave a worker's hands.
extension RedisScripts {
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

    /// Ends tasks as ``finish`` does, sends what comes next, and frees the keys that they held.
    ///
    ///     KEYS  unacked · unacked_index · for each task: its result key, its unique key
    ///           · for each message: its list or delayed set, where it is remembered as sent
    ///     ARGV  lifetime of results in ms (0: for ever) · number of tasks
    ///           · for each task: tag, record (empty: none), how many of the messages are its own, its id
    ///           if it frees its key (else empty)
    ///           · for each message: due time in seconds (empty: it goes on the list), value,
    ///           and of what remembers it: value (empty: it is not remembered), field of the hash
    ///           (empty: it is a string), lifetime in seconds (empty: for ever)
    ///
    /// Returns the positions (from 0) of the tasks that were not held any more: they send nothing.
    static let finishAndSend =
        store + remember + misfit + delay + release + """
            local tasks = tonumber(ARGV[2])
            local function place(m)
                local key, argument = 1 + (tasks + m) * 2, tasks * 4 + m * 5 - 2
                return KEYS[key], ARGV[argument], ARGV[argument + 1]
            end
            local function memory(m)
                local key, argument = 2 + (tasks + m) * 2, tasks * 4 + m * 5
                return KEYS[key], ARGV[argument], ARGV[argument + 1], ARGV[argument + 2]
            end
            for m = 1, #KEYS / 2 - 1 - tasks do
                local key, due = place(m)
                local problem = misfit(key, due == '' and 'list' or 'zset')
                if problem then return problem end
            end
            local lost, m = {}, 0
            for i = 1, tasks do
                local tag, record, messages = ARGV[i * 4 - 1], ARGV[i * 4], ARGV[i * 4 + 1]
                local held = redis.call('HDEL', KEYS[1], tag) == 1
                if held then redis.call('ZREM', KEYS[2], tag) else lost[#lost + 1] = i - 1 end
                for _ = 1, messages do
                    m = m + 1
                    if held then
                        local key, due, value = place(m)
                        if due == '' then redis.call('LPUSH', key, value)
                        else delay(key, due, value) end
                        remember(memory(m))
                    end
                end
                if held then release(KEYS[2 + i * 2], ARGV[i * 4 + 2]) end
                if held and record ~= '' then store(KEYS[1 + i * 2], record, ARGV[1]) end
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
    static let requeue =
        delay + """
            redis.call('HDEL', KEYS[1], '')
            local lost = {}
            for i = 1, #ARGV / 4 do
                local tag, due, step = ARGV[i * 4 - 3], ARGV[i * 4 - 2], ARGV[i * 4 - 1]
                local held = redis.call('HGET', KEYS[1], tag)
                if held then
                    local envelope = string.sub(held, 2, -1 - ARGV[i * 4])
                    if due == '' then redis.call('RPUSH', KEYS[1 + i * 2], envelope)
                    else delay(KEYS[2 + i * 2], due, step .. envelope) end
                    redis.call('HDEL', KEYS[1], tag)
                    redis.call('ZREM', KEYS[2], tag)
                else
                    lost[#lost + 1] = i - 1
                end
            end
            return lost
            """

    /// Puts messages among the dead letters, stores the failures, and frees the keys that they held.
    ///
    ///     KEYS  unacked · unacked_index · for each message: its dead letters, its result key, its unique key
    ///     ARGV  lifetime of results in ms (0: for ever) · largest count · longest age in seconds
    ///           · for each message: tag, dead letter, record (empty: none), its id if it has a key
    ///
    /// Returns the positions (from 0) of the messages that were not held any more.
    static let setAside =
        store + release + """
            redis.call('HDEL', KEYS[1], '')
            local now = tonumber(redis.call('TIME')[1])
            local lost = {}
            for i = 1, (#ARGV - 3) / 4 do
                local tag, letter, record = ARGV[i * 4], ARGV[i * 4 + 1], ARGV[i * 4 + 2]
                local dead = KEYS[i * 3]
                if redis.call('HEXISTS', KEYS[1], tag) == 1 then
                    redis.call('ZADD', dead, now, letter)
                    redis.call('HDEL', KEYS[1], tag)
                    redis.call('ZREM', KEYS[2], tag)
                    redis.call('ZREMRANGEBYRANK', dead, 0, -1 - ARGV[2])
                    redis.call('ZREMRANGEBYSCORE', dead, '-inf', now - ARGV[3])
                    redis.call('EXPIRE', dead, ARGV[3])
                    release(KEYS[i * 3 + 2], ARGV[i * 4 + 3])
                    if record ~= '' then store(KEYS[i * 3 + 1], record, ARGV[1]) end
                else
                    lost[#lost + 1] = i - 1
                end
            end
            return lost
            """
}
