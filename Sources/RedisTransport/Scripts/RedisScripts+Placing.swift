/// What the scripts have in common that put messages where they go: all of a step is done, or nothing.
extension RedisScripts {
    /// The error that a command answered, with its name and key; `nil` if it answered none.
    static let refusal = """
        local function refusal(reply, command, key)
            if type(reply) == 'table' and reply.err then
                return redis.error_reply(reply.err .. ' (' .. command .. ' ' .. key .. ')')
            end
        end

        """

    /// What a script has written stays when it fails: so what could fail is looked at first.
    static let misfit = """
        local function misfit(key, wanted)
            local answer = redis.pcall('TYPE', key)
            local kind = answer.ok
            if answer.err then return answer end
            if kind ~= 'none' and kind ~= wanted then
                return redis.error_reply('WRONGTYPE ' .. key .. ' is a ' .. kind)
            end
        end

        """

    /// Remembers what was sent: see ``SentMark``.
    ///
    /// Where the sender named the id, what is known of it from before is forgotten.
    ///
    /// After ``refusal``. Returns an error if it cannot. That a mark should have a lifetime is no reason to
    /// send nothing.
    static let remember = """
        local function remember(key, value, field, lifetime)
            if value == '' then return end
            local problem, id, sending
            if field == '' then
                local mark, text = string.match(value, '^([01])\\n(.*)$')
                if mark then
                    id, sending, value = string.sub(key, #'tq:sent:id:' + 1), text, mark
                    problem = remember('tq:latest:' .. id, sending, '', lifetime)
                end
                problem = problem or refusal(redis.pcall('SET', key, value), 'SET', key)
                if id and not problem then redis.pcall('DEL', 'celery-task-meta-' .. id) end
            else
                local latest = redis.pcall('HGET', key, field)
                problem = refusal(latest, 'HGET', key)
                if not problem and (not latest or #latest ~= #value or latest < value) then
                    problem = refusal(redis.pcall('HSET', key, field, value), 'HSET', key)
                end
            end
            local left = field ~= '' and redis.pcall('TTL', key)
            if not problem and lifetime ~= ''
                and (type(left) ~= 'number' or left < tonumber(lifetime)) then
                redis.pcall('EXPIRE', key, lifetime)
            end
            return problem
        end

        """

    /// Puts values into a delayed set, each after its due time, and rings the queue's bell if the first that
    /// falls due is another than before: the lookout waits for that one.
    ///
    /// The bell has its name from the set's: see ``RedisKeys/bell(_:)``. It only saves time: a lookout looks
    /// now and then.
    ///
    /// After ``refusal``. Returns an error if the values could not be put there.
    static let delay = """
        local function earliest(set)
            local first = redis.pcall('ZRANGE', set, 0, 0, 'WITHSCORES')
            return first[2]
        end
        local function delay(set, ...)
            local before = earliest(set)
            local problem = refusal(redis.pcall('ZADD', set, ...), 'ZADD', set)
            if problem or earliest(set) == before then return problem end
            local bell = 'tq:bell:' .. string.sub(set, #'tq:delayed:' + 1)
            if redis.pcall('LLEN', bell) == 0 then
                redis.pcall('LPUSH', bell, 1)
                redis.pcall('PEXPIRE', bell, 1000)
            end
        end

        """

    /// Puts messages one by one where they go; after ``refusal`` and ``delay``.
    ///
    /// `place` and `placeFirst` return an error if that cannot be; then `withdraw` takes all off again, and
    /// returns it.
    static let placing = """
        local placed = {}
        local function note(key, problem, from, to, value)
            if not problem then placed[#placed + 1] = {key, from, to, value} end
            return problem
        end
        local function place(key, due, value)
            if due ~= '' then return note(key, delay(key, due, value), nil, nil, value) end
            return note(key, refusal(redis.pcall('LPUSH', key, value), 'LPUSH', key), 1, -1)
        end
        local function placeFirst(key, value)
            return note(key, refusal(redis.pcall('RPUSH', key, value), 'RPUSH', key), 0, -2)
        end
        local function withdraw(problem)
            for i = #placed, 1, -1 do
                local key, from, to, value = unpack(placed[i], 1, 4)
                if value then redis.pcall('ZREM', key, value)
                else redis.pcall('LTRIM', key, from, to) end
            end
            return problem
        end

        """
}
