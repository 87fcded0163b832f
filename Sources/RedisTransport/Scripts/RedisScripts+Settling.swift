/// The steps by which tasks leave a worker's hands.
extension RedisScripts {
    /// Stores an outcome (``Outcome``) and announces it, unless a success is there already; that of a task that
    /// still runs, unless any final record is.
    ///
    /// After ``refusal``. Returns an error if it could not do both: then it has done neither.
    static let store = """
        -- What stands where nothing stood before.
        local stored = {}
        -- There will be no record: who waits is told.
        local function forgo(key, id, lifetime)
            local mark = 'tq:sent:id:' .. id
            local problem
            if lifetime == '0' then problem = refusal(redis.pcall('SET', mark, '0'), 'SET', mark)
            else problem = refusal(redis.pcall('SET', mark, '0', 'PX', lifetime), 'SET', mark) end
            if problem then return problem end
            redis.pcall('DEL', key)
            return refusal(redis.pcall('PUBLISH', key, ''), 'PUBLISH', key)
        end
        local function store(key, record, lifetime, runs)
            if string.sub(record, 1, 1) ~= '{' then
                local id = string.sub(key, #'celery-task-meta-' + 1)
                local sending, rest = string.match(record, '^([^\\n]*)\\n(.*)$')
                local latest = sending ~= '' and redis.pcall('GET', 'tq:latest:' .. id)
                if type(latest) == 'string' and latest ~= sending then return end
                if rest == '' then return forgo(key, id, lifetime) end
                record = rest
            end
            local isNew
            if lifetime == '0' then isNew = redis.pcall('SET', key, record, 'NX')
            else isNew = redis.pcall('SET', key, record, 'PX', lifetime, 'NX') end
            local problem = refusal(isNew, 'SET', key)
            if problem then return problem end
            if not isNew then
                local head = redis.pcall('GETRANGE', key, '0', '40')
                problem = refusal(head, 'GETRANGE', key)
                if problem then return problem end
                local state = string.match(head, '^{"status": ?"(%u+)"')
                if state == 'SUCCESS' then return end
                if runs and (state == 'FAILURE' or state == 'REVOKED') then return end
            end
            problem = refusal(redis.pcall('PUBLISH', key, record), 'PUBLISH', key)
            if problem then
                if isNew then redis.pcall('DEL', key) end
                return problem
            end
            if isNew then
                stored[#stored + 1] = key
            elseif lifetime == '0' then
                return refusal(redis.pcall('SET', key, record), 'SET', key)
            else
                return refusal(redis.pcall('SET', key, record, 'PX', lifetime), 'SET', key)
            end
        end

        """

    /// What the scripts that end tasks do if they cannot do all, with the messages that KEYS[1] and KEYS[2]
    /// keep; after ``store`` or instead of it.
    ///
    /// To hold one is to have its tag in the index. It goes from there first, which tells that it is held
    /// and costs nothing more, and from `unacked` last, when all else is done.
    private static let keep = """
        -- The step is not done: they are held as before, and nothing is stored.
        local function keep(tags, problem, stored)
            local now = redis.call('TIME')[1]
            for _, tag in ipairs(tags) do redis.pcall('ZADD', KEYS[2], now, tag) end
            for _, key in ipairs(stored or {}) do redis.pcall('DEL', key) end
            return problem
        end
        local function forget(tags)
            if tags[1] then return refusal(redis.pcall('HDEL', KEYS[1], unpack(tags)), 'HDEL', KEYS[1]) end
        end

        """

    /// Ends tasks: stores their results, announces them, and forgets the messages.
    ///
    ///     KEYS  unacked · unacked_index · result key of each task
    ///     ARGV  lifetime of results in ms (0: for ever) · for each task: tag, record (empty: none)
    ///
    /// Returns the positions (from 0) of the tasks that were not held any more. After an error all are held
    /// as before.
    static let finish =
        refusal + store + keep + """
            local unacked, index, lifetime, lost, tags = KEYS[1], KEYS[2], ARGV[1], {}, {}
            for i = 3, #KEYS do
                local tag, record = ARGV[i * 2 - 4], ARGV[i * 2 - 3]
                -- It may have lost its place in the index: then unacked tells.
                if redis.call('ZREM', index, tag) == 1
                    or redis.call('HEXISTS', unacked, tag) == 1 then
                    tags[#tags + 1] = tag
                    local problem = record ~= '' and store(KEYS[i], record, lifetime)
                    if problem then return keep(tags, problem, stored) end
                else
                    lost[#lost + 1] = i - 3
                end
            end
            local problem = forget(tags)
            if problem then return keep(tags, problem, stored) end
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
    /// Returns the positions (from 0) of the tasks that were not held any more: they send nothing. After an
    /// error all are held as before, and nothing is sent.
    static let finishAndSend =
        refusal + store + keep + remember + delay + placing + release + """
            local lifetime, tasks = ARGV[1], tonumber(ARGV[2])
            local lost, tags, ended, m = {}, {}, {}, 0
            -- Places a task's message, and remembers that it was sent.
            local function send(m)
                local key, argument = 1 + (tasks + m) * 2, tasks * 4 + m * 5 - 2
                return place(KEYS[key], ARGV[argument], ARGV[argument + 1])
                    or remember(KEYS[key + 1], unpack(ARGV, argument + 2, argument + 4))
            end
            for i = 1, tasks do
                local tag, messages = ARGV[i * 4 - 1], ARGV[i * 4 + 1]
                local held = redis.call('ZREM', KEYS[2], tag) == 1
                    or redis.call('HEXISTS', KEYS[1], tag) == 1
                if held then
                    tags[#tags + 1] = tag
                    ended[#ended + 1] = i
                else
                    lost[#lost + 1] = i - 1
                end
                for _ = 1, messages do
                    m = m + 1
                    local problem = held and send(m)
                    if problem then return keep(tags, withdraw(problem)) end
                end
            end
            for _, i in ipairs(ended) do
                local record = ARGV[i * 4]
                local problem = record ~= '' and store(KEYS[1 + i * 2], record, lifetime)
                if problem then return keep(tags, withdraw(problem), stored) end
            end
            local problem = forget(tags)
            if problem then return keep(tags, withdraw(problem), stored) end
            for _, i in ipairs(ended) do release(KEYS[2 + i * 2], ARGV[i * 4 + 2]) end
            return lost
            """

    /// Stores the records of tasks that still run.
    ///
    ///     KEYS  unacked · unacked_index · result key of each task
    ///     ARGV  lifetime of results in ms (0: for ever) · for each task: tag, record
    ///
    /// Returns the positions (from 0) of the tasks that were not held any more.
    static let report =
        refusal + store + """
            local lost = {}
            for i = 3, #KEYS do
                if redis.call('HEXISTS', KEYS[1], ARGV[i * 2 - 4]) == 1 then
                    local problem = store(KEYS[i], ARGV[i * 2 - 3], ARGV[1], true)
                    if problem then return problem end
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
        refusal + store + """
            for i = 1, #KEYS do
                local problem = store(KEYS[i], ARGV[i + 1], ARGV[1])
                if problem then return problem end
            end
            return #KEYS
            """

    /// Puts tasks back on their queues, before all others, or into the delayed set.
    ///
    ///     KEYS  unacked · unacked_index · for each task: its list, its delayed set
    ///     ARGV  for each task: tag · due time in seconds (empty: at once)
    ///           · score among those under suspicion (empty: it is not, or has a due time)
    ///           · queue · what is put back
    ///
    /// Returns the positions (from 0) of the tasks that were not held any more. After an error all are held
    /// as before.
    static let requeue =
        refusal + delay + placing + keep + suspect + """
            redis.call('HDEL', KEYS[1], '')
            local lost, tags = {}, {}
            for i = 1, #ARGV / 5 do
                local tag, due, score = ARGV[i * 5 - 4], ARGV[i * 5 - 3], ARGV[i * 5 - 2]
                local queue, value = ARGV[i * 5 - 1], ARGV[i * 5]
                if redis.call('HEXISTS', KEYS[1], tag) == 1 then
                    redis.call('ZREM', KEYS[2], tag)
                    tags[#tags + 1] = tag
                    local problem
                    if due ~= '' then problem = place(KEYS[2 + i * 2], due, value)
                    elseif score == '' then problem = placeFirst(KEYS[1 + i * 2], value)
                    else
                        local set = '\(RedisKeys.suspectsPrefix)' .. queue
                        problem = note(set, suspect(queue, score, value), nil, nil, value)
                    end
                    if problem then return keep(tags, withdraw(problem)) end
                else
                    lost[#lost + 1] = i - 1
                end
            end
            local problem = forget(tags)
            if problem then return keep(tags, withdraw(problem)) end
            return lost
            """

    /// Puts messages among the dead letters, stores the failures, and frees the keys that they held.
    ///
    ///     KEYS  unacked · unacked_index · for each message: its dead letters, its result key, its unique key
    ///     ARGV  lifetime of results in ms (0: for ever) · largest count · longest age in seconds
    ///           · for each message: tag, dead letter, record (empty: none), its id if it has a key
    ///
    /// Returns the positions (from 0) of the messages that were not held any more. After an error all are
    /// held as before.
    static let setAside =
        refusal + store + keep + release + """
            redis.call('HDEL', KEYS[1], '')
            local lifetime, most, age = ARGV[1], ARGV[2], ARGV[3]
            local now = tonumber(redis.call('TIME')[1])
            local lost, tags, letters = {}, {}, {}
            local function withdraw(problem)
                for i, letter in pairs(letters) do redis.pcall('ZREM', KEYS[i * 3], letter) end
                return problem
            end
            for i = 1, (#ARGV - 3) / 4 do
                local tag, letter, record = ARGV[i * 4], ARGV[i * 4 + 1], ARGV[i * 4 + 2]
                local dead = KEYS[i * 3]
                if redis.call('ZREM', KEYS[2], tag) == 1
                    or redis.call('HEXISTS', KEYS[1], tag) == 1 then
                    tags[#tags + 1] = tag
                    local problem = refusal(redis.pcall('ZADD', dead, now, letter), 'ZADD', dead)
                    if not problem then
                        letters[i] = letter
                        problem = record ~= '' and store(KEYS[i * 3 + 1], record, lifetime)
                    end
                    if problem then return keep(tags, withdraw(problem), stored) end
                else
                    lost[#lost + 1] = i - 1
                end
            end
            local problem = forget(tags)
            if problem then return keep(tags, withdraw(problem), stored) end
            for i in pairs(letters) do
                local dead = KEYS[i * 3]
                redis.pcall('ZREMRANGEBYRANK', dead, 0, -1 - most)
                redis.pcall('ZREMRANGEBYSCORE', dead, '-inf', now - age)
                redis.pcall('EXPIRE', dead, age)
                release(KEYS[i * 3 + 2], ARGV[i * 4 + 3])
            end
            return lost
            """
}
